import assert from "node:assert/strict";
import { disk, type LeaderRecord, type Question, verdicts } from "../../support/verdicts";

const empty = { empty: true };
const three = { patroni1: true, patroni2: true, patroni3: true };
const one: [number, number][] = [[1, 100]];
const two: [number, number][] = [...one, [2, 200]];
const rogue: [number, number][] = [...one, [2, 150]];

/**
 * What etcd knows after patroni1 has founded, patroni2 has led on timeline 2 and patroni1 on
 * timeline 3.
 */
const record: LeaderRecord = {
  config: { hapg: { timelines: { patroni1: 3, patroni2: 2 } } },
  history: [
    [1, 100, "no recovery target specified", "a time", "patroni2"],
    [2, 200, "no recovery target specified", "a time", "patroni1"],
  ],
  sync: null,
  position: 308,
};
/** As an older Patroni kept it. */
const withoutNames: LeaderRecord = {
  ...record,
  config: {},
  history: [
    [1, 100],
    [2, 200],
  ],
};
const lost: LeaderRecord = { config: null, history: null, sync: null, position: null };
const noted = { timelines: { patroni1: 3, patroni2: 2 } };

const withSync = (
  mode: true | "quorum",
  leader: string,
  standbys: string | null,
  quorum = 0,
): LeaderRecord => ({
  ...record,
  config: { ...record.config, synchronous_mode: mode },
  sync: { leader, sync_standby: standbys, quorum },
});

interface Case extends Partial<Question> {
  title: string;
  disks: Question["disks"];
  /** Who is to lead. */
  leader?: string;
  /** For whom to wait. */
  missing?: string[];
  /** What somebody may accept to go on. */
  accept?: string[];
  reason?: RegExp;
}

const cases: Case[] = [
  {
    title: "the last leader leads, though others are not here",
    disks: { patroni1: disk(300, two) },
    leader: "patroni1",
    reason: /led last/,
  },
  {
    title: "one that has as much waits for the last leader",
    disks: { patroni2: disk(300, two), patroni3: disk(250, two) },
    missing: ["patroni1"],
    accept: ["patroni2 at 3/0/134"],
  },
  {
    title: "with the last leader's disk lost, the newest of all others leads",
    disks: { patroni1: empty, patroni2: disk(250, two), patroni3: disk(260, two) },
    leader: "patroni3",
  },
  {
    title: "with the last leader's disk lost, nobody leads before all have been compared",
    disks: { patroni1: empty, patroni2: disk(300, two) },
    missing: ["patroni3"],
  },
  {
    title: "a timeline whose leader's disk is lost is not forgotten while its follower is away",
    // patroni3 led last on timeline 2 and has writes there that nobody followed.
    record: {
      ...record,
      history: [record.history?.[0] ?? [], [2, 200, "", "", "patroni1"]],
      config: { hapg: { timelines: { patroni1: 3, patroni3: 2 } } },
    },
    disks: { patroni1: empty, patroni3: disk(400, one, { state: "in production" }) },
    missing: ["patroni2"],
  },
  {
    title: "nor where only a note tells of it",
    record: { ...record, history: record.history?.slice(0, 1) ?? [] },
    disks: { patroni1: empty, patroni3: disk(400, one) },
    missing: ["patroni2"],
  },
  {
    title: "an older copy of the last leader's disk does not lead alone",
    disks: { patroni1: disk(220, two), patroni2: disk(300, two) },
    missing: ["patroni3"],
  },
  {
    title: "an older copy of the last leader's disk gives way to the newest",
    disks: { patroni1: disk(220, two), patroni2: disk(300, two), patroni3: disk(240, two) },
    leader: "patroni2",
  },
  {
    title: "an older copy from before its time as leader does not hide that time",
    disks: { patroni1: disk(120, one), patroni3: disk(150, one) },
    missing: ["patroni2"],
  },
  {
    title: "an old copy of an empty record's time is taken if there is nothing else",
    disks: { patroni1: empty, patroni2: disk(120, one), patroni3: disk(150, one) },
    leader: "patroni3",
  },
  {
    title: "a promotion by hand is passed over while etcd knows who led",
    disks: { patroni1: disk(300, two), patroni3: disk(900, [...two, [3, 290]]) },
    leader: "patroni1",
  },
  {
    title: "a promotion by hand is no sign that the leader's timeline is over",
    disks: { patroni2: disk(280, two), patroni3: disk(900, [...two, [3, 250]]) },
    missing: ["patroni1"],
  },
  {
    title: "a promotion by hand of the same number is told apart by the leader's own history",
    disks: { patroni1: disk(300, two), patroni2: disk(290, two), patroni3: disk(900, rogue) },
    leader: "patroni1",
  },
  {
    title: "a promotion by hand of the same number is told apart by Patroni's history",
    disks: { patroni1: empty, patroni2: disk(290, two), patroni3: disk(900, rogue) },
    leader: "patroni2",
  },
  {
    title: "the same number twice, and nothing tells which is which",
    record: { ...record, history: record.history?.slice(0, 1) ?? [] },
    disks: { patroni1: empty, patroni2: disk(290, two), patroni3: disk(900, rogue) },
    accept: ["patroni2 at 3/0/12A", "patroni3 at 3/0/38C"],
    reason: /same timeline 3: patroni2 .*patroni3/,
  },
  {
    title: "a promotion that everybody has followed, and that nobody has noted, is not undone",
    disks: {
      patroni1: disk(400, [...two, [3, 300]]),
      patroni2: disk(390, [...two, [3, 300]]),
      patroni3: disk(380, [...two, [3, 300]]),
    },
    leader: "patroni1",
  },
  {
    title: "a promotion that was noted and never done counts for nothing",
    record: { ...record, config: { hapg: { timelines: { patroni1: 3, patroni2: 4 } } } },
    disks: { patroni1: disk(300, two), patroni2: disk(290, two), patroni3: disk(290, two) },
    leader: "patroni1",
  },
  {
    title: "whoever has noted a promotion is waited for",
    record: { ...record, config: { hapg: { timelines: { patroni1: 3, patroni2: 4 } } } },
    disks: { patroni1: disk(300, two), patroni3: disk(290, two) },
    missing: ["patroni2"],
  },
  {
    title: "a member that has left the stack file and led last is waited for by name",
    record: { ...record, config: { hapg: { timelines: { patroni4: 4, patroni1: 3 } } } },
    disks: { patroni1: disk(300, two), patroni2: disk(300, two), patroni3: disk(300, two) },
    missing: ["patroni4"],
    accept: ["patroni1 at 3/0/134"],
  },
  {
    title: "whoever may not lead yields to one that has as much",
    members: { ...three, patroni1: false },
    disks: { patroni1: disk(300, two), patroni2: disk(300, two), patroni3: disk(290, two) },
    leader: "patroni2",
  },
  {
    title: "whoever may not lead and has the most stops the start",
    members: { ...three, patroni1: false },
    disks: { patroni1: disk(300, two), patroni2: disk(290, two), patroni3: disk(290, two) },
    reason: /remove nofailover or failoverPriority from postgres.tags.patroni1/,
  },
  {
    title: "synchronous: without the leader its standby leads, and the others do not matter",
    record: withSync(true, "patroni1", "patroni2"),
    disks: { patroni2: disk(300, two) },
    leader: "patroni2",
  },
  {
    title: "synchronous: without its standby the leader leads",
    record: withSync(true, "patroni1", "patroni2"),
    disks: { patroni1: disk(300, two), patroni3: disk(280, two) },
    leader: "patroni1",
  },
  {
    title: "synchronous: without both the third waits",
    record: withSync(true, "patroni1", "patroni2"),
    disks: { patroni3: disk(300, two) },
    missing: ["patroni1", "patroni2"],
  },
  {
    title: "synchronous: with both disks lost the third leads, as there is nothing else",
    record: withSync(true, "patroni1", "patroni2"),
    disks: { patroni1: empty, patroni2: empty, patroni3: disk(250, two) },
    leader: "patroni3",
  },
  {
    title: "synchronous: an older copy of the standby's disk waits",
    record: withSync(true, "patroni1", "patroni2"),
    disks: { patroni2: disk(250, two), patroni3: disk(280, two) },
    missing: ["patroni1"],
  },
  {
    title: "synchronous: with no standby only the leader will do",
    record: withSync(true, "patroni1", null),
    disks: { patroni2: disk(300, two), patroni3: disk(300, two) },
    missing: ["patroni1"],
  },
  {
    title: "synchronous: a record that names nobody holds nobody back",
    record: { ...withSync(true, "patroni1", null), sync: { leader: null, sync_standby: null } },
    disks: { patroni1: disk(300, two), patroni2: disk(300, two) },
    leader: "patroni1",
  },
  {
    title: "quorum: one standby of two is not enough",
    record: withSync("quorum", "patroni1", "patroni2,patroni3", 1),
    disks: { patroni2: disk(300, two) },
    missing: ["patroni1"],
  },
  {
    title: "quorum: both standbys are",
    record: withSync("quorum", "patroni1", "patroni2,patroni3", 1),
    disks: { patroni2: disk(300, two), patroni3: disk(310, two) },
    leader: "patroni3",
  },
  {
    title: "quorum: an older copy of the leader's disk does not count as one of them",
    record: withSync("quorum", "patroni1", "patroni2,patroni3", 1),
    disks: { patroni1: disk(250, two), patroni2: disk(300, two) },
    missing: ["patroni3"],
  },
  {
    title: "disks of different clusters stop the start",
    disks: { patroni1: disk(300, two), patroni2: disk(300, two, { system: "2" }) },
    reason: /different clusters \(system identifiers: patroni1 1, patroni2 2\)/,
  },
  {
    title: "disks that are all empty are no cluster",
    disks: { patroni1: empty, patroni2: empty, patroni3: empty },
    reason: /no member that is here holds data/,
  },
  {
    title: "one member alone",
    members: { patroni1: true },
    record: { ...record, config: { hapg: { timelines: { patroni1: 1 } } }, history: null },
    disks: { patroni1: disk(300) },
    leader: "patroni1",
  },
  {
    title: "an older cluster without notes: Patroni's history has the names",
    record: { ...record, config: {} },
    disks: { patroni2: disk(300, two) },
    missing: ["patroni1"],
  },
  {
    title: "an older cluster whose history has no names, while one is away",
    record: withoutNames,
    disks: { patroni2: disk(190, one), patroni3: disk(150, one) },
    missing: ["patroni1"],
  },
  {
    title: "an older cluster whose history has no names",
    record: withoutNames,
    disks: {
      patroni1: disk(190, one, { state: "in production" }),
      patroni2: disk(300, two),
      patroni3: disk(290, two),
    },
    leader: "patroni2",
  },
  {
    title: "an older cluster of which etcd knows no change of the leader",
    record: { ...record, config: {}, history: null },
    disks: {
      patroni1: disk(300, [], { state: "in production" }),
      patroni2: disk(290),
      patroni3: disk(900, [[1, 250]]),
    },
    leader: "patroni1",
  },
  {
    title: "a configuration that was put back into an etcd that had lost everything is no record",
    record: { ...lost, config: {} },
    disks: { patroni1: disk(300, two), patroni2: disk(290, two), patroni3: disk(90) },
    leader: "patroni1",
  },
  {
    title: "an etcd that was set back knows less than the disks' notes",
    record: {
      config: { hapg: { timelines: { patroni1: 1, patroni2: 2 } } },
      history: record.history?.slice(0, 1) ?? [],
      sync: null,
      position: 150,
    },
    disks: { patroni1: disk(300, two, noted), patroni2: disk(190, one), patroni3: disk(195, one) },
    leader: "patroni1",
  },
  {
    title: "without a record the longest history leads once all have been compared",
    record: lost,
    disks: { patroni1: disk(300, two), patroni2: disk(310, two), patroni3: disk(90) },
    leader: "patroni2",
  },
  {
    title: "without a record all are waited for",
    record: lost,
    disks: { patroni1: disk(300, two), patroni2: disk(290, two) },
    missing: ["patroni3"],
  },
  {
    title: "without a record, what continues all others leads though it was never noted",
    record: lost,
    disks: {
      patroni1: disk(400, [...two, [3, 310]], noted),
      patroni2: disk(300, two, noted),
      patroni3: disk(290, two, noted),
    },
    leader: "patroni1",
  },
  {
    title: "without a record a fork by hand stops the start and names both",
    record: lost,
    disks: {
      patroni1: disk(300, two, noted),
      patroni2: disk(290, two, noted),
      patroni3: disk(900, [...two, [3, 250]], noted),
    },
    accept: ["patroni1 at 3/0/134", "patroni3 at 4/0/38C"],
    reason: /forked.*: patroni1 timeline 3 .*; patroni3 timeline 4/,
  },
  {
    title: "without a record the same number twice is a fork, too",
    record: lost,
    disks: { patroni1: disk(300, two, noted), patroni2: disk(300, rogue), patroni3: empty },
    accept: ["patroni1 at 3/0/134", "patroni2 at 3/0/134"],
  },
  {
    title: "without a record a promotion that goes on from a fork does not hide the other side",
    record: lost,
    disks: {
      patroni1: disk(400, [...two, [3, 350]], noted),
      patroni2: disk(300, rogue, noted),
      patroni3: empty,
    },
    accept: ["patroni1 at 4/0/198", "patroni2 at 3/0/134"],
  },
  {
    title: "without a record the last writes of a former leader are no fork",
    record: lost,
    disks: {
      patroni1: disk(300, two, noted),
      patroni2: disk(900, one, { state: "in production" }),
      patroni3: disk(290, two, noted),
    },
    leader: "patroni1",
  },
];

describe("the verdict about who leads a start", () => {
  const answers = verdicts(
    cases.map(({ members = three, disks, record: known = record }) => ({
      members,
      disks,
      record: known,
    })),
  );
  for (const [i, { title, leader, missing, accept, reason }] of cases.entries()) {
    it(title, () => {
      const answer = answers[i];
      assert.ok(answer !== undefined);
      assert.equal(answer.leader, leader ?? null, answer.reason);
      assert.deepEqual(answer.missing, missing ?? [], answer.reason);
      if (accept !== undefined) assert.deepEqual(answer.accept, accept);
      if (reason !== undefined) assert.match(answer.reason, reason);
    });
  }
});
