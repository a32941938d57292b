import assert from "node:assert/strict";
import type { ClusterMember } from "../../../../operations/clusterView";
import {
  chooseCandidate,
  type ChoiceRules,
  Refusal,
} from "../../../../operations/switchover/choice";

const leader: ClusterMember = { name: "patroni1", role: "leader", state: "running" };

const standby = (name: string, more: Partial<ClusterMember> = {}): ClusterMember => ({
  name,
  role: "replica",
  state: "streaming",
  lag: 0,
  ...more,
});

const rules: ChoiceRules = {
  expected: ["patroni1", "patroni2", "patroni3"],
  maximumLag: 1000,
  synchronous: false,
  avoid: [],
};

/** Chooses in a cluster of a leader and these two. */
const choose = (
  second: Partial<ClusterMember>,
  third: Partial<ClusterMember>,
  wanted?: string,
  more: Partial<ChoiceRules> = {},
) =>
  chooseCandidate(
    [leader, standby("patroni2", second), standby("patroni3", third)],
    { ...rules, ...more },
    wanted,
  );

describe("who takes over", () => {
  const nofailover = { tags: { nofailover: true } };
  const cases: [string, Parameters<typeof choose>, string][] = [
    ["is the standby that lags least", [{ lag: 10 }, { lag: 9 }], "patroni3"],
    ["is the first of several that lag as little", [{ lag: 9 }, { lag: 9 }], "patroni2"],
    ["is the one that is asked for", [{ lag: 0 }, { lag: 900 }, "patroni3"], "patroni3"],
    ["is none that must not lead", [nofailover, { lag: 5 }], "patroni3"],
    ["is none with the lowest priority", [{ tags: { failover_priority: 0 } }, {}], "patroni3"],
    ["may have another priority", [{ tags: { failover_priority: 1 } }, {}], "patroni2"],
    [
      "is a synchronous standby where commits wait for one",
      [{ lag: 0 }, { lag: 5, role: "sync_standby" }, undefined, { synchronous: true }],
      "patroni3",
    ],
    [
      "is a member of the quorum where commits wait for one",
      [{ lag: 0 }, { lag: 5, role: "quorum_standby" }, undefined, { synchronous: true }],
      "patroni3",
    ],
  ];
  for (const [what, words, to] of cases) {
    it(what, () => assert.deepEqual(choose(...words), { from: "patroni1", to }));
  }
});

describe("a planned change of the leader", () => {
  const refused: [string, Parameters<typeof choose>, RegExp][] = [
    ["to the leader", [{}, {}, "patroni1"], /^patroni1 leads already; nothing was changed\.$/],
    [
      "to nobody",
      [{}, {}, "patroni4"],
      /^There is no standby patroni4; there are patroni2, patroni3/,
    ],
    ["to one that must not lead", [{ tags: { nofailover: true } }, {}, "patroni2"], /nofailover/],
    ["to one that lags", [{ lag: 1001 }, {}, "patroni2"], /lags 1001 bytes, more than 1000/],
    ["to one of unknown lag", [{ lag: "unknown" }, {}, "patroni2"], /its lag is not known/],
    [
      "to one that commits do not wait for",
      [{}, { role: "sync_standby" }, "patroni2", { synchronous: true }],
      /patroni2 cannot take over: it is no synchronous standby/,
    ],
    [
      "to one that does not stream",
      [{ state: "running" }, {}, "patroni2"],
      /patroni2 does not stream/,
    ],
    [
      "while another does not stream",
      [{}, { state: "starting" }],
      /patroni3 does not stream: starting/,
    ],
    [
      "while a member is not there",
      [{}, {}, undefined, { expected: [...rules.expected, "patroni4"] }],
      /The cluster is not healthy \(patroni4 is not there\)/,
    ],
    [
      "if nobody can lead",
      [{ lag: 2000 }, { tags: { failover_priority: 0 } }],
      /Nobody can take over \(patroni2: it lags .*; patroni3: its failover_priority is 0\)/,
    ],
  ];
  for (const [what, words, message] of refused) {
    it(`is refused ${what}`, () => {
      assert.throws(
        () => choose(...words),
        (error: unknown) => error instanceof Refusal && message.test(error.message),
      );
    });
  }

  it("is refused while nobody leads", () => {
    const members = [standby("patroni1"), standby("patroni2"), standby("patroni3")];
    assert.throws(() => chooseCandidate(members, rules), /Nobody leads; nothing was changed/);
  });

  it("is refused while the leader does not run", () => {
    const members = [{ ...leader, state: "stopping" }, standby("patroni2"), standby("patroni3")];
    assert.throws(() => chooseCandidate(members, rules), /patroni1, the leader, is stopping/);
  });

  it("is refused where there is only one member", () => {
    const alone = { ...rules, expected: ["patroni1"] };
    assert.throws(() => chooseCandidate([leader], alone), /there is no standby/);
  });
});
