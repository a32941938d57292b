import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

describe("patronictl's default file", () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), "hapg-home-"))));
  afterEach(() => rmSync(home, { recursive: true }));

  const configure = (config: string, where = home) => {
    const program = "import sys; from patronictl import configure; configure(*sys.argv[1:])";
    const words = ["-B", "-c", program, where, config];
    const { status, stderr } = spawnSync("python3", words, { cwd: "programs", encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  };
  const path = () => join(home, ".config", "patroni", "patronictl.yaml");

  it("leads to the member's own, wherever that is", () => {
    for (const config of ["/etc/patroni/patroni.yml", "/elsewhere", "/elsewhere"]) {
      configure(config);
      assert.equal(readlinkSync(path()), config);
    }
  });

  it("stays if somebody has put it there", () => {
    mkdirSync(dirname(path()), { recursive: true });
    writeFileSync(path(), "own");
    configure("/etc/patroni/patroni.yml");
    assert.equal(readFileSync(path(), "utf8"), "own");
  });

  it("is no reason not to start", () => {
    writeFileSync(join(home, "file"), "");
    configure("/etc/patroni/patroni.yml", join(home, "file"));
    assert.ok(!existsSync(path()));
  });
});
