import assert from "node:assert/strict";
import { summaryText } from "../../../../drills/report/summaryText";
import { distributionTable } from "../../../../drills/report/table";
import { drillReport, drillResult } from "../../../support/drills";

describe("the summary in the terminal", () => {
  const setting = [
    "drills   hapg on Docker, 2 cores, 24 GiB",
    "timings  patroni.ttlSeconds 20, patroni.loopWaitSeconds 5, patroni.failsafeMode true",
    "",
  ];

  it("says what passed, what failed and why, and what was not run", () => {
    const results = [
      drillResult(),
      drillResult({
        run: 2,
        passed: false,
        lost: 2,
        duplicated: 1,
        splitBrain: { toClients: 0, directly: 14 },
        healthyAfter: undefined,
      }),
      drillResult({
        id: "H1",
        title: "a standby's PostgreSQL killed",
        passed: false,
        expectations: [{ what: "it streams again", met: false, seen: "after 90 s" }],
      }),
    ];
    const skipped = [
      { id: "H14", title: "disk full", why: "containers have no disk of their own" },
    ];
    assert.deepEqual(summaryText(drillReport(results, { skipped })).split("\n"), [
      ...setting,
      ...distributionTable(results).split("\n"),
      "",
      "not run  H14  disk full: containers have no disk of their own",
      "FAILED   H1  a standby's PostgreSQL killed, asynchronous, run 1; it streams again (after 90 s)",
      "FAILED   H6  primary's PostgreSQL killed, asynchronous, run 2; 2 acknowledged writes lost; 1 write there twice; 14",
      "             split-brain writes; never healthy again",
      "passed   1 of 3 runs",
      "writes   37,035 acknowledged, 2 lost, 1 duplicated; split brain: 0 by clients, 14 directly",
    ]);
  });

  it("has no table where nothing was run", () => {
    assert.deepEqual(summaryText(drillReport([])).split("\n"), [
      ...setting,
      "passed   0 of 0 runs",
      "writes   0 acknowledged, 0 lost, 0 duplicated; split brain: 0 by clients, 0 directly",
    ]);
  });
});
