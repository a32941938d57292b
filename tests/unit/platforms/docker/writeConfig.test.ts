import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptFolder } from "../../../support/scriptFolder";

const scripts = join(__dirname, "..", "..", "..", "..", "programs", "docker");
const functions = ["wait-ready.sh", "write-config.sh"]
  .map((file) => readFileSync(join(scripts, file), "utf8"))
  .join("\n");

describe("files that are written into a container", () => {
  let folder: ScriptFolder;
  beforeEach(() => {
    folder = new ScriptFolder();
  });
  afterEach(() => folder.remove());

  /**
   * Writes files for a container in some state, whose readiness check and proof of a reload are
   * commands.
   */
  function write({ state = "running", ready = "true", reloaded = "true" }) {
    folder.programs({
      docker: `case "$1 $3" in
        "inspect {{range"*) echo "volume data" ;;
        "inspect {{.State"*) echo ${state} ;;
        "inspect {{.Restart"*) echo 0 ;;
        logs*) echo one ;;
      esac
      [ "$1" != exec ] || { shift 2; exec "$@"; }`,
    });
    const call = `write_config image volume /etc/x c1 haproxy1 SIGUSR2 1 '${reloaded}' ${ready}`;
    const { status, stderr } = spawnSync("sh", ["-c", `set -eu\n${functions}\n${call}`], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder.in("bin")}:${process.env.PATH ?? ""}` },
    });
    const signals = folder.calls().filter((line) => line.startsWith("docker kill"));
    return { status, errors: stderr, signals };
  }
  const signals = ["docker kill --signal SIGUSR2 c1"];

  it("are read again by a service, ready or not", () => {
    assert.deepEqual(write({}), { status: 0, errors: "", signals });
    assert.deepEqual(write({ ready: "false" }), { status: 0, errors: "", signals });
  });

  it("wait for the next start of one that does not run", () => {
    for (const state of ["exited", "restarting", "paused"]) {
      assert.deepEqual(write({ state, reloaded: "false" }), { status: 0, errors: "", signals: [] });
    }
  });

  it("have to be in effect: that a process answers proves nothing", () => {
    const { status, errors } = write({ reloaded: "false" });
    assert.equal(status, 1);
    assert.match(
      errors,
      /^haproxy1 runs, but not with its new files\. Its last log lines:\n {2}\| one\n/,
    );
  });
});
