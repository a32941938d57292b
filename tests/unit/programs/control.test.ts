import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../../../lab/writer";

const modules = join(__dirname, "..", "..", "..", "programs", "backup");

/** What stands in for the repository's program: it carries out what it is asked for. */
const program = `
import sys, time, os
words = sys.argv[1:]
print("does", *words, flush=True)
if "slow" in words:
    time.sleep(1.5)
    open(os.path.join(os.path.dirname(__file__), "done"), "w").close()
if "dies" not in words:
    print(f"hapg-end {1 if 'fails' in words else 0}", flush=True)
`;

const service = `
import sys, signal
sys.path.insert(0, sys.argv[1])
from control import Control
control = Control({"data": sys.argv[2]}, sys.argv[2] + "/program.py")
signal.signal(signal.SIGTERM, lambda *_: (control.end(), sys.exit(0)))
while True:
    control.wait(0.2)
`;

const client = `
import json, sys
sys.path.insert(0, sys.argv[1])
from control import ask
try:
    sys.exit(ask({"data": sys.argv[2]}, sys.argv[3:]))
except RuntimeError as problem:
    sys.exit(str(problem))
`;

describe("a request to the running repository", () => {
  let folder: string;
  let running: ChildProcess;
  const socket = () => join(folder, "control.sock");
  const untilThere = (file: string) =>
    eventually(10, () => {
      assert.ok(existsSync(file));
      return Promise.resolve();
    });
  const start = async () => {
    running = spawn("python3", ["-B", "-c", service, modules, folder], { stdio: "inherit" });
    await untilThere(socket());
  };
  const words = (...asked: string[]) => ["-B", "-c", client, modules, folder, ...asked];
  const ask = (...asked: string[]) => {
    const { status, stdout, stderr } = spawnSync("python3", words(...asked), { encoding: "utf8" });
    return { status, output: stdout + stderr };
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hapg-control-"));
    writeFileSync(join(folder, "program.py"), program);
    // Left by a service that was killed.
    writeFileSync(socket(), "");
    await start();
    // That file is there before the service is.
    await eventually(10, () => {
      assert.equal(ask("backup", "full").status, 0);
      return Promise.resolve();
    });
  });
  after(() => {
    running.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  it("is carried out by it, and its output and end come back", () => {
    assert.deepEqual(ask("backup", "full"), { status: 0, output: "does answer backup full\n" });
    assert.deepEqual(ask("fails"), { status: 1, output: "does answer fails\n" });
  });

  it("says if the action did not come to its end", () => {
    const { status, output } = ask("dies");
    assert.equal(status, 1);
    assert.match(output, /ended before the action did/);
  });

  it("goes on if who asked has gone", async () => {
    const asking = spawn("python3", words("slow"));
    await new Promise((resolve) => asking.stdout.once("data", resolve));
    asking.kill("SIGKILL");
    await untilThere(join(folder, "done"));
  });

  it("has no effect on the service if it is none", () => {
    for (const text of ["nonsense", "5", "{}"]) {
      const raw = `import socket; s = socket.socket(socket.AF_UNIX); s.connect("${socket()}"); s.sendall(b'${text}\\n')`;
      spawnSync("python3", ["-c", raw]);
    }
    assert.equal(ask("backup").status, 0);
  });

  it("is open to the repository's user alone", () => {
    const { stdout } = spawnSync("stat", ["-c", "%a", socket()], { encoding: "utf8" });
    assert.equal(stdout.trim(), "600");
  });

  it("says so where the service does not run", () => {
    running.kill("SIGKILL");
    const { status, output } = ask("backup");
    assert.equal(status, 1);
    assert.match(output, /the repository's service does not answer/);
  });
});
