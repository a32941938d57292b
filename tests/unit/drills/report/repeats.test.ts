import assert from "node:assert/strict";
import { failedRuns, repeatsOf, scenariosOf } from "../../../../drills/report/repeats";
import { drillResult } from "../../../support/drills";

describe("the repeats of drills", () => {
  const results = [
    drillResult({ id: "H10", title: "etcd loses its quorum", run: 1 }),
    drillResult({ id: "H12", title: "host paused", run: 1, passed: false }),
    drillResult({ run: 10 }),
    drillResult({ run: 2, passed: false }),
    drillResult({ mode: "synchronous", run: 1 }),
    drillResult({ id: "H12", title: "host isolated", run: 1 }),
    drillResult({ run: 1 }),
  ];

  it("are together by scenario and mode, and in order", () => {
    assert.deepEqual(
      repeatsOf(results).map(({ id, title, mode, runs }) => [
        `${id} ${title}`,
        mode,
        runs.map(({ run }) => run),
      ]),
      [
        // As text, H10 comes before H6, and run 10 before run 2.
        ["H6 primary's PostgreSQL killed", "asynchronous", [1, 2, 10]],
        ["H6 primary's PostgreSQL killed", "synchronous", [1]],
        ["H10 etcd loses its quorum", "asynchronous", [1]],
        // One requirement may have several scenarios.
        ["H12 host isolated", "asynchronous", [1]],
        ["H12 host paused", "asynchronous", [1]],
      ],
    );
  });

  it("are together by scenario alone", () => {
    assert.deepEqual(
      scenariosOf(results).map(({ title, modes }) => [title, modes.map(({ mode }) => mode)]),
      [
        ["primary's PostgreSQL killed", ["asynchronous", "synchronous"]],
        ["etcd loses its quorum", ["asynchronous"]],
        ["host isolated", ["asynchronous"]],
        ["host paused", ["asynchronous"]],
      ],
    );
  });

  it("that failed come in the same order", () => {
    assert.deepEqual(
      failedRuns(results).map(({ id, run }) => [id, run]),
      [
        ["H6", 2],
        ["H12", 1],
      ],
    );
  });

  it("leave the results as they were", () => {
    assert.deepEqual(
      results.map(({ id, run }) => `${id} ${run}`),
      ["H10 1", "H12 1", "H6 10", "H6 2", "H6 1", "H12 1", "H6 1"],
    );
  });
});
