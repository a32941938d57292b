import assert from "node:assert/strict";
import { slowest, outages, tally, writeOutage } from "../../../../drills/report/figures";
import { drillResult, outage } from "../../../support/drills";

describe("the figures of several runs", () => {
  const runs = [
    drillResult({
      run: 1,
      acknowledged: 1000,
      lost: 2,
      duplicated: 1,
      splitBrain: { toClients: 0, directly: 3 },
      passed: false,
    }),
    drillResult({
      run: 2,
      acknowledged: 500,
      lost: 5,
      splitBrain: { toClients: 4, directly: 0 },
    }),
  ];

  it("are added up", () => {
    assert.deepEqual(tally(runs), {
      runs: 2,
      passed: 1,
      acknowledged: 1500,
      lost: 7,
      duplicated: 1,
      splitBrain: { toClients: 4, directly: 3 },
    });
  });

  it("are zeros where there is no run", () => {
    assert.deepEqual(tally([]), {
      runs: 0,
      passed: 0,
      acknowledged: 0,
      lost: 0,
      duplicated: 0,
      splitBrain: { toClients: 0, directly: 0 },
    });
  });
});

describe("outages by client path", () => {
  /** Twenty runs, the slowest first, in which the four figures differ. */
  const runs = Array.from({ length: 20 }, (_, i) =>
    drillResult({
      run: i + 1,
      writes: { haproxy: outage(2000 - 100 * i), pgbouncer: outage(3000 - 100 * i) },
      reads: outage(200 - 10 * i),
      healthyAfter: 20_000 - 1000 * i,
    }),
  );

  it("is reported by route, for reads and for the whole cluster", () => {
    assert.deepEqual(outages(runs), {
      writes: {
        haproxy: { min: 100, median: 1050, p95: 1900, max: 2000 },
        pgbouncer: { min: 1100, median: 2050, p95: 2900, max: 3000 },
      },
      reads: { min: 10, median: 105, p95: 190, max: 200 },
      healthyAfter: { min: 1000, median: 10_500, p95: 19_000, max: 20_000 },
    });
  });

  it("is the longest of all for a cluster that was never healthy again", () => {
    const never = drillResult({ healthyAfter: undefined });
    assert.deepEqual(outages([never, ...runs.slice(0, 2)]).healthyAfter, {
      min: 19_000,
      median: 20_000,
      p95: Infinity,
      max: Infinity,
    });
  });

  it("is, for the writes of a run, what the slower route took", () => {
    const writes = { haproxy: outage(2100), pgbouncer: outage(2300) };
    assert.equal(writeOutage(drillResult({ writes })), 2300);
  });

  it("says which run is the slowest, and the first of several", () => {
    const slow = { haproxy: outage(9000), pgbouncer: outage(10) };
    const [one, two, three] = [
      drillResult({ run: 1 }),
      drillResult({ run: 2, writes: slow }),
      drillResult({ run: 3, writes: slow }),
    ];
    assert.equal(slowest([one, two, three]), two);
    assert.equal(slowest([]), undefined);
  });
});
