import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listChangedFiles, recordFiles } from "../../../../platforms/docker/changedFiles";

// What runs in containers, which are Linux.
(process.platform === "linux" ? describe : describe.skip)("files of a volume", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg files "));
    mkdirSync(join(folder, "files"));
    for (const name of ["patroni.yml", "ca.pem", "files/hook.sh"]) write(name, name);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };
  const run = (script: string) => {
    const { status, stdout, stderr } = spawnSync("sh", ["-euc", script], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .sort();
  };
  const changed = () => run(listChangedFiles(folder));

  it("are as they were written", () => {
    run(recordFiles(folder));
    assert.deepEqual(changed(), []);
    run(recordFiles(folder));
    assert.deepEqual(changed(), []);
  });

  it("are named if somebody has changed, removed or added them", () => {
    run(recordFiles(folder));
    write("patroni.yml", "other");
    rmSync(join(folder, "ca.pem"));
    write("files/more.sh", "more");
    const expected = ["ca.pem", "files/more.sh", "patroni.yml"].map((name) => join(folder, name));
    assert.deepEqual(changed(), expected);
    run(recordFiles(folder));
    assert.deepEqual(changed(), []);
  });

  it("are not known where an earlier version has written them", () => {
    assert.deepEqual(changed(), []);
  });
});
