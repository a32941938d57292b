import assert from "node:assert/strict";
import {
  compareStored,
  directWrites,
  spans,
  outage,
  takenByFormerLeaders,
  writeRate,
} from "../../../drills/findings";
import type { MemberSample } from "../../../drills/probes/memberWatch";

const fault = 10_000;
const answers = (times: number[], failures: number[] = []) => ({
  times,
  failures: failures.map((at) => ({ at, reason: "broken" })),
});

describe("how long the outage of clients was", () => {
  it("is the longest time without an answer, from the last one before the fault on", () => {
    const seen = outage(answers([8000, 9900, 12_000, 12_100], [9000, 10_500]), fault, 12_200);
    const errors = [{ reason: "broken", times: 1, first: 500, last: 500 }];
    assert.deepEqual(seen, { longest: 2100, from: -100, to: 2000, failures: 1, errors });
  });

  it("does not count what was before the fault", () => {
    const seen = outage(answers([1000, 9990, 10_010, 10_040]), fault, 10_050);
    assert.deepEqual(seen, { longest: 30, from: 10, to: 40, failures: 0, errors: [] });
  });

  it("lasts until the end if nobody is answered again", () => {
    const seen = outage(answers([9990]), fault, 15_000);
    assert.deepEqual(seen, { longest: 5010, from: -10, to: 5000, failures: 0, errors: [] });
  });

  it("has the errors that clients received, how often, and from when to when", () => {
    const failures = [
      { at: 9000, reason: "before" },
      { at: 10_100, reason: "refused" },
      { at: 10_300, reason: "timeout" },
      { at: 10_900, reason: "refused" },
    ];
    assert.deepEqual(outage({ times: [], failures }, fault, 11_000).errors, [
      { reason: "refused", times: 2, first: 100, last: 900 },
      { reason: "timeout", times: 1, first: 300, last: 300 },
    ]);
  });

  it("is over all clients of a route, in whatever order they noted their answers", () => {
    const seen = outage(answers([9990, 10_100, 10_050, 10_020]), fault, 10_110);
    assert.equal(seen.longest, 50);
  });
});

describe("writes taken by a former leader", () => {
  const write = (at: number, timeline: number) => ({ at, timeline });

  it("are those on a timeline that another had replaced", () => {
    const writes = [write(0, 1), write(1000, 2), write(1500, 1), write(2000, 2), write(2100, 1)];
    assert.equal(takenByFormerLeaders(writes), 2);
  });

  it("are none when one leader follows the other", () => {
    assert.equal(takenByFormerLeaders([write(0, 1), write(1000, 2), write(2000, 3)]), 0);
  });

  it("are not those whose answer was only read late", () => {
    assert.equal(takenByFormerLeaders([write(1000, 2), write(1150, 1)]), 0);
    assert.equal(takenByFormerLeaders([write(1000, 2), write(1250, 1)]), 1);
  });

  it("count on a member by when they were begun", () => {
    const sample = (begun: number, at: number, timeline?: number): MemberSample => ({
      begun,
      at,
      state: "writable",
      streaming: [],
      ...(timeline === undefined ? {} : { timeline }),
    });
    const hung = [sample(900, 30_000, 1), sample(1000, 1001, 2), sample(1500, 1501)];
    assert.deepEqual(directWrites(hung), [
      { at: 900, timeline: 1 },
      { at: 1000, timeline: 2 },
    ]);
    assert.equal(takenByFormerLeaders(directWrites(hung)), 0);
    assert.equal(takenByFormerLeaders(directWrites([...hung, sample(30_001, 30_002, 1)])), 1);
  });
});

describe("what a member was over time", () => {
  const sample = (at: number, state: MemberSample["state"]): MemberSample => ({
    at,
    begun: at,
    state,
    streaming: [],
  });

  it("goes from one state to the next, and is silent while it says nothing", () => {
    const samples = [
      sample(9800, "writable"),
      sample(9900, "writable"),
      sample(12_000, "standby"),
      sample(12_100, "standby"),
    ];
    assert.deepEqual(spans(samples, fault, 12_200), [
      { from: -200, to: 500, state: "writable" },
      { from: 500, to: 2000, state: "silent" },
      { from: 2000, to: 2200, state: "standby" },
    ]);
  });

  it("is nothing if it was never heard of", () => {
    assert.deepEqual(spans([], fault, 12_000), []);
  });
});

describe("writes per tenth of a second", () => {
  it("are counted by route, from the beginning to the end", () => {
    const writes = { haproxy: answers([1000, 1099, 1100, 1350]), pgbouncer: answers([999, 1299]) };
    assert.deepEqual(writeRate(writes, { begin: 1000, fault: 1100, end: 1400 }), {
      from: -100,
      counts: { haproxy: [2, 1, 0, 1], pgbouncer: [0, 0, 1, 0] },
    });
  });
});

describe("what is stored", () => {
  it("is compared with what was acknowledged", () => {
    const acknowledged = ["a", "b", "c"].map((id) => ({
      id,
      route: "haproxy" as const,
      at: 0,
      timeline: 1,
    }));
    const stored = new Map([
      ["a", 1],
      ["c", 2],
      ["not acknowledged", 1],
    ]);
    assert.deepEqual(compareStored(acknowledged, stored), { lost: ["b"], duplicated: ["c"] });
  });
});
