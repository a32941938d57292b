import assert from "node:assert/strict";
import { pythonValue } from "../../support/pythonValue";

/** What the trial complains of in a server's log. */
const complaints = (...log: string[]): unknown =>
  pythonValue(
    "scratch.complaints(log)",
    "import importlib, sys, types",
    // Members have it, and it is not asked here.
    "sys.modules['yaml'] = types.ModuleType('yaml')",
    "Scratch = importlib.import_module('try-postgres').Scratch",
    "scratch = Scratch.__new__(Scratch)",
    "scratch.parameters, scratch.hba = {'work_mem': '64MB'}, []",
    `log = json.loads(${JSON.stringify(JSON.stringify(log.map((line) => `${line}\n`).join("")))})`,
  );

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
