import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const program = join(__dirname, "..", "..", "..", "programs", "try-postgres.py");

/** What the trial complains of in a server's log. */
function complaints(...log: string[]): unknown {
  const script = `
import json, sys, types
sys.modules["yaml"] = types.ModuleType("yaml")
import importlib.util
spec = importlib.util.spec_from_file_location("trial", sys.argv[1])
trial = importlib.util.module_from_spec(spec)
spec.loader.exec_module(trial)
scratch = trial.Scratch.__new__(trial.Scratch)
scratch.parameters, scratch.hba = {"work_mem": "64MB"}, []
print(json.dumps(scratch.complaints(sys.stdin.read())))`;
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", script, program], {
    input: log.map((line) => `${line}\n`).join(""),
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe("the log of the trial's standby", () => {
  it("may say that it is starting, to a question that came too early", () => {
    const early = [
      "FATAL:  the database system is starting up",
      "FATAL:  the database system is not yet accepting connections",
      "DETAIL:  Consistent recovery state has not been yet reached.",
    ];
    assert.deepEqual(complaints(...early), []);
  });

  it("complains of every other failure", () => {
    assert.deepEqual(complaints("FATAL:  the database system is not accepting connections"), [
      "postgres.parameters: the database system is not accepting connections",
    ]);
    assert.deepEqual(complaints('FATAL:  invalid value for parameter "work_mem": "64MBs"'), [
      'postgres.parameters.work_mem: invalid value for parameter "work_mem": "64MBs"',
    ]);
  });
});
