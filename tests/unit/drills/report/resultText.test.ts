import assert from "node:assert/strict";
import { resultText } from "../../../../drills/report/resultText";
import { drillResult, outage } from "../../../support/drills";

describe("a run in the terminal", () => {
  it("that passed is as expected", () => {
    assert.deepEqual(resultText(drillResult()).split("\n"), [
      "passed  H6  primary's PostgreSQL killed, asynchronous, run 1",
      "        done         at 0 s: PostgreSQL of patroni1 killed",
      "        expected     2 of 2 met",
      "        outage       writes 2.1 s through HAProxy, 2.3 s through PgBouncer; reads 0.06 s",
      "        writes       12,345 acknowledged, 0 lost, 0 duplicated; split brain: 0 by clients, 0 directly",
      "        leader       patroni1 before, patroni2 after; healthy again after 6.4 s",
    ]);
  });

  it("that failed says what was not met in full, and what was done in order", () => {
    const failed = drillResult({
      id: "H10",
      title: "etcd loses its quorum",
      mode: "synchronous",
      run: 3,
      passed: false,
      moments: [
        { at: 40_000, what: "etcd2 and etcd3 started", kind: "undo" },
        { at: 9000, what: "patroni1 demoted itself", kind: "seen" },
        { at: 0, what: "etcd2 and etcd3 stopped", kind: "fault" },
      ],
      expectations: [
        { what: "no acknowledged write is lost", met: false },
        { what: "all members stream again", met: true, seen: "after 3.2 s" },
        {
          what: "writes go on, as failsafe mode is on and every member answers the one that leads",
          met: false,
          seen: "patroni1 demoted itself after 9.0 s",
        },
      ],
      writes: { haproxy: outage(31_200), pgbouncer: outage(131_400) },
      reads: outage(0),
      leader: { before: "patroni1", after: "patroni1" },
      acknowledged: 4000,
      lost: 2,
      duplicated: 1,
      splitBrain: { toClients: 7, directly: 1000 },
      healthyAfter: undefined,
    });
    assert.deepEqual(resultText(failed).split("\n"), [
      "FAILED  H10  etcd loses its quorum, synchronous, run 3",
      "        done         at 0 s: etcd2 and etcd3 stopped",
      "        done         at 40.0 s: etcd2 and etcd3 started",
      "        expected     1 of 3 met",
      "        NOT MET      no acknowledged write is lost",
      "        NOT MET      writes go on, as failsafe mode is on and every member answers the one that leads (patroni1 demoted",
      "                     itself after 9.0 s)",
      "        outage       writes 31.2 s through HAProxy, 131 s through PgBouncer; reads 0 s",
      "        writes       4,000 acknowledged, 2 lost, 1 duplicated; split brain: 7 by clients, 1,000 directly",
      "        leader       patroni1 before, patroni1 after; never healthy again",
    ]);
  });
});
