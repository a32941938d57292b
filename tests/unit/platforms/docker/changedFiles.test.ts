import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  hasNoChange,
  healthCheck,
  listChangedFiles,
  recordFiles,
} from "../../../../platforms/docker/changedFiles";

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

  describe("as a health check sees them", () => {
    const check = (...words: string[]) => {
      const [program = "", ...rest] = healthCheck(words, folder);
      return spawnSync(program, rest, { encoding: "utf8" });
    };
    const found = (output: string, end = 1000) => ({
      name: "a",
      taskLimit: 0,
      lastCheck: { end, output },
    });

    it("are unchanged, whatever the check itself finds", () => {
      run(recordFiles(folder));
      for (const [words, status] of [
        [["true"], 0],
        [["sh", "-c", "echo no; exit 3"], 3],
      ] as const) {
        const checked = check(...words);
        assert.equal(checked.status, status);
        assert.ok(hasNoChange(found(checked.stdout), 2000), checked.stdout);
      }
    });

    it("are named if they differ", () => {
      run(recordFiles(folder));
      write("patroni.yml", "other");
      rmSync(join(folder, "ca.pem"));
      const { stdout, status } = check("true");
      const names = ["ca.pem", "patroni.yml"].map((name) => join(folder, name)).join(" ");
      assert.deepEqual([status, stdout.trim()], [0, `changed files: ${names}`]);
      assert.ok(!hasNoChange(found(stdout), 2000));
    });

    it("are not known if the check is old, was none or was broken off", () => {
      assert.ok(!hasNoChange(found("changed files: \n", 1000), 62_000));
      assert.ok(!hasNoChange(found("Health check exceeded timeout (5s)"), 2000));
      assert.ok(!hasNoChange({ name: "a", taskLimit: 0, lastCheck: undefined }, 2000));
    });
  });

  it("are not known where an earlier version has written them", () => {
    assert.deepEqual(changed(), []);
  });
});
