import assert from "node:assert/strict";
import type { SettingsInput } from "../../../configs/settings/schema";
import { diagnose } from "../../../operations/diagnose";
import { type FindingId, findingIds } from "../../../operations/diagnose/finding";
import { type Look, stopped } from "../../../operations/look/look";
import type { DatabaseFacts, MemberFacts } from "../../../operations/look/memberFacts";
import { notProvoked } from "../../e2e/suites/diagnose/notProvoked";
import { provocations } from "../../e2e/suites/diagnose/provocations";
import { TestCertificate } from "../../support/certificates";
import { askedAt, healthyLook } from "../../support/look";
import { settingsOf, threeHosts, vmSettingsOf } from "../../support/models";
import { withAddress } from "../../support/vmGraph";

interface Case {
  /** What is wrong. */
  break: (look: Look, certificates: { ended: string; ending: string }) => void;
  input?: Partial<SettingsInput>;
  /** What is found besides, because it follows. */
  also?: FindingId[];
  /** What the evidence quotes. */
  quotes?: RegExp;
  isOnHosts?: true;
  locks?: string[];
}

const problem = (text: string) => ({ problem: text });

function factsOf<One extends { name: string; facts?: unknown }>(services: One[], name: string) {
  const facts = services.find((one) => one.name === name)?.facts;
  if (facts === undefined) throw new Error(`no facts of ${name}`);
  return facts as NonNullable<One["facts"]>;
}
const member = (look: Look, name: string): MemberFacts => factsOf(look.members, name);
const database = (look: Look, name: string): DatabaseFacts => {
  const { value } = member(look, name).database;
  if (value === undefined) throw new Error("no database");
  return value;
};
const patroni = (look: Look, name: string) => {
  const { value } = member(look, name).patroni;
  if (value === undefined) throw new Error("no Patroni");
  return value;
};
const silent = (services: { name: string; facts?: unknown }[], name: string) => {
  const one = services.find((service) => service.name === name);
  Object.assign(one ?? {}, { facts: undefined, silence: "no answer within 5 s" });
};
const gibibyte = 1024 ** 3;

/** A line in the log of a service, of some seconds before the look. */
const log = (look: Look, service: string, text: string, secondsAgo = 5) => {
  const time = new Date((askedAt - secondsAgo) * 1000).toISOString();
  ((look.logs ??= {})[service] ??= []).push({ service, time, text });
};
/** All members wait to start, and etcd holds this system identifier. */
const waiting = (look: Look, founded: string | null) => {
  for (const { facts } of look.members) {
    if (facts === undefined) continue;
    facts.patroni = problem("refused");
    facts.database = problem("no server");
  }
  look.founded = { value: founded };
};
const disk = (look: Look, name: string, systemIdentifier: string | null, isHalfFounded = false) =>
  (member(look, name).data = {
    value: { isEmpty: systemIdentifier === null, systemIdentifier, isHalfFounded },
  });
const prefix = "2026-11-28 13:20:05.123 UTC [4711]";

const withBackups = { input: { backup: { enabled: true } } };

const cases: Record<FindingId, Case> = {
  "no-leader": { break: (look) => (patroni(look, "patroni1").role = "replica") },
  "two-primaries": { break: (look) => (patroni(look, "patroni2").role = "primary") },
  paused: { break: (look) => (patroni(look, "patroni2").pause = true) },
  "failsafe-active": {
    break: (look) => (patroni(look, "patroni1").failsafe_mode_is_active = true),
  },
  "member-unreachable": { break: (look) => silent(look.members, "patroni3") },
  "start-stopped": {
    break: (look) => {
      member(look, "patroni2").stopped = { value: "patroni1 may have newer data" };
      member(look, "patroni2").database = problem("no server");
      member(look, "patroni2").patroni = problem("refused");
    },
  },
  "other-cluster-data": {
    break: (look) => (patroni(look, "patroni2").database_system_identifier = "4711"),
  },
  "other-cluster-etcd": {
    break: (look) => {
      waiting(look, "4711");
      log(look, "patroni1", "patroni1: stopped: its data is another cluster's");
    },
    also: ["no-leader"],
    quotes: /4711.*7713.*"patroni1: stopped: its data is another cluster's"/,
  },
  "data-unreadable": {
    break: (look) => {
      member(look, "patroni2").data = problem("Permission denied: '/var/lib/postgresql'");
      member(look, "patroni2").database = problem("no server");
      member(look, "patroni2").patroni = problem("refused");
    },
    quotes: /Permission denied/,
  },
  "not-founded": {
    break: (look) => {
      waiting(look, null);
      for (const name of ["patroni1", "patroni2", "patroni3"]) disk(look, name, null);
      log(look, "patroni1", "patroni1: waits: there is no cluster, and no update", 7200);
    },
    also: ["no-leader"],
    quotes: /"patroni1: waits: there is no cluster/,
  },
  "half-founded": {
    break: (look) => {
      waiting(look, null);
      for (const name of ["patroni2", "patroni3"]) disk(look, name, null);
      disk(look, "patroni1", "1", true);
    },
    also: ["no-leader", "database-down"],
  },
  "founded-twice": {
    break: (look) => {
      waiting(look, null);
      disk(look, "patroni2", "4711");
      disk(look, "patroni3", null);
    },
    also: ["no-leader", "database-down"],
    quotes: /patroni1: 7713; patroni2: 4711/,
  },
  "database-start-failed": {
    break: (look) => {
      member(look, "patroni2").database = problem("refused");
      patroni(look, "patroni2").state = "start failed";
      database(look, "patroni1").senders.splice(0, 1);
      log(look, "patroni2", `${prefix} FATAL:  an older reason`, 3600);
      log(look, "patroni2", `${prefix} LOG:  unrecognized configuration parameter "a" in file`);
      log(look, "patroni2", `${prefix} FATAL:  configuration file contains errors`);
      log(look, "patroni2", `${prefix} app@app/psql FATAL:  the database is starting up`);
    },
    quotes: /"LOG: unrecognized .* "a".*"FATAL: configuration file contains errors"$/,
  },
  "patroni-down": { break: (look) => (member(look, "patroni2").patroni = problem("no answer")) },
  "member-without-etcd": {
    break: (look) => {
      patroni(look, "patroni2").dcs_last_seen = askedAt - 40;
      member(look, "patroni2").cluster = problem("no answer");
      // It forgets who is not heard from.
      member(look, "patroni1").cluster.value?.members.splice(1, 1);
      log(look, "patroni2", "2026-11-28 13:20:05,1 ERROR: Failed to get list of etcd members");
    },
    quotes: /40 s ago.*"ERROR: Failed to get list/,
  },
  "replication-refused": {
    break: (look) => {
      database(look, "patroni1").senders.splice(0, 1);
      const text = 'FATAL:  password authentication failed for user "replicator"';
      log(look, "patroni2", `${prefix} FATAL:  could not connect to the primary server: ${text}`);
    },
    quotes: /password authentication failed for user "replicator"/,
  },
  "disk-full": {
    break: (look) => {
      database(look, "patroni1").senders.splice(0, 1);
      member(look, "patroni2").database = problem("refused");
      log(look, "patroni2", `${prefix} PANIC:  could not write to file: No space left on device`);
    },
    quotes: /PANIC: could not write to file: No space left on device/,
  },
  "database-down": { break: (look) => (member(look, "patroni2").database = problem("refused")) },
  "other-timeline": { break: (look) => (patroni(look, "patroni2").timeline = 1) },
  "member-missing": {
    break: (look) => {
      const cluster = member(look, "patroni1").cluster.value;
      cluster?.members.splice(1, 1);
    },
  },
  "not-streaming": { break: (look) => database(look, "patroni1").senders.splice(0, 1) },
  "replication-lag": {
    break: (look) => {
      const [sender] = database(look, "patroni1").senders;
      if (sender !== undefined) sender.replayLagBytes = gibibyte;
    },
  },
  "replay-paused": { break: (look) => (database(look, "patroni2").replayPaused = true) },
  "no-synchronous-standby": {
    break: () => undefined,
    input: { patroni: { synchronousMode: "on" } },
  },
  "slot-lost": {
    break: (look) => {
      const [slot] = database(look, "patroni1").slots;
      if (slot !== undefined) slot.walStatus = "lost";
    },
  },
  "slot-holds-wal": {
    break: (look) => {
      const [slot] = database(look, "patroni1").slots;
      if (slot !== undefined) slot.heldBytes = 3 * gibibyte;
    },
  },
  "restart-pending": {
    break: (look) => database(look, "patroni2").pendingRestart.push("max_connections"),
  },
  "etcd-no-quorum": {
    break: ({ etcd }) => {
      for (const { facts } of etcd) if (facts !== undefined) facts.health = problem("no leader");
    },
  },
  "etcd-unreachable": {
    break: (look) => {
      silent(look.etcd, "etcd2");
      const said = {
        level: "fatal",
        ts: "2026-11-28T13:20:05Z",
        msg: "failed to open",
        error: "no file",
      };
      log(look, "etcd2", JSON.stringify(said));
    },
    quotes: /"fatal: failed to open: no file"$/,
  },
  "etcd-waiting": {
    break: (look) => (factsOf(look.etcd, "etcd2").waiting = { value: "has no data" }),
  },
  "etcd-alarm": { break: (look) => (factsOf(look.etcd, "etcd1").alarms = { value: ["NOSPACE"] }) },
  "etcd-without-vote": {
    break: (look) =>
      (factsOf(look.etcd, "etcd3").members = { value: [{ name: "etcd3", isLearner: true }] }),
  },
  "etcd-former-member": {
    break: (look) =>
      factsOf(look.etcd, "etcd1").members.value?.push({ name: "etcd4", isLearner: false }),
  },
  "etcd-fragmented": {
    break: (look) => {
      const status = factsOf(look.etcd, "etcd1").status.value;
      if (status !== undefined) status.databaseBytes = gibibyte;
    },
  },
  "router-unreachable": { break: (look) => silent(look.routers, "haproxy1") },
  "router-without-primary": {
    break: (look) => {
      const servers = factsOf(look.routers, "haproxy1").servers.value ?? [];
      for (const server of servers) if (server.backend === "primary") server.isUp = false;
    },
  },
  "router-two-primaries": {
    break: (look) => {
      const servers = factsOf(look.routers, "haproxy1").servers.value ?? [];
      for (const server of servers) if (server.backend === "primary") server.isUp = true;
    },
  },
  "router-saturated": {
    break: (look) => {
      const { write } = factsOf(look.routers, "haproxy1").frontends.value ?? {};
      if (write !== undefined) write.sessions = 990;
    },
  },
  "router-waiting": {
    break: (look) => {
      const [server] = factsOf(look.routers, "haproxy1").servers.value ?? [];
      if (server !== undefined) server.waiting = 7;
    },
  },
  "pool-unreachable": {
    break: (look) => (factsOf(look.pools, "pgbouncer1").pools = problem("refused")),
  },
  "pool-paused": {
    break: (look) => (factsOf(look.pools, "pgbouncer1").isPaused = { value: true }),
  },
  "pool-waiting": {
    break: (look) => {
      const [pool] = factsOf(look.pools, "pgbouncer1").pools.value ?? [];
      if (pool !== undefined) Object.assign(pool, { waiting: 7, longestWaitSeconds: 12 });
    },
  },
  "address-nowhere": {
    break: ({ addresses }) => {
      for (const { facts } of addresses) if (facts !== undefined) facts.holds = { value: false };
    },
    isOnHosts: true,
  },
  "address-twice": {
    break: ({ addresses }) => {
      for (const { facts } of addresses) if (facts !== undefined) facts.holds = { value: true };
    },
    isOnHosts: true,
  },
  "disk-nearly-full": {
    break: (look) => {
      member(look, "patroni2").disk = { value: { bytes: 100 * gibibyte, freeBytes: gibibyte } };
    },
  },
  "connections-saturated": { break: (look) => (database(look, "patroni1").connections = 90) },
  wraparound: {
    break: (look) => (database(look, "patroni1").oldestTransactionAge = 1_700_000_000),
  },
  "long-transaction": {
    break: (look) => (database(look, "patroni1").longestTransactionSeconds = 7200),
  },
  "archive-failing": {
    break: (look) => {
      database(look, "patroni1").archiver = {
        mode: "on",
        failedCount: 3,
        lastFailed: askedAt,
        lastArchived: askedAt - 600,
      };
      log(look, "patroni1", `${prefix} LOG:  archive command failed with exit code 1`, 9);
      log(
        look,
        "patroni1",
        `${prefix} WARNING:  archiving write-ahead log file "1" failed too often`,
      );
    },
    quotes: /3 failures.*"LOG: archive command failed with exit code 1"/,
  },
  "archive-late": {
    ...withBackups,
    break: (look) => {
      const { archiver } = factsOf(look.repositories, "repository1");
      Object.assign(archiver ?? {}, { waiting: 9, waitingSince: askedAt - 600 });
    },
    quotes: /9 files wait/,
  },
  "archive-gap": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").gaps = [
        ["000000010000000000000007", "000000010000000000000009"],
      ];
    },
    quotes: /07 and 0*10*9/,
  },
  "repository-unreachable": {
    ...withBackups,
    break: (look) => silent(look.repositories, "repository1"),
  },
  "repository-unreadable": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").problem = "unable to load info file";
    },
  },
  "repository-full": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").disk = { bytes: gibibyte, freeBytes: 99 };
    },
  },
  "backup-missing": {
    ...withBackups,
    break: (look) => {
      const facts = factsOf(look.repositories, "repository1");
      Object.assign(facts, { backups: [], lastAttempt: null });
    },
  },
  "backup-failed": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").lastAttempt = {
        ...{ type: "full", start: askedAt - 60, stop: askedAt - 50 },
        error: "[056]: unable to find primary cluster",
      };
    },
    quotes: /unable to find primary/,
  },
  "backup-overdue": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").dueSince = askedAt - 7200;
    },
  },
  "backup-damaged": {
    ...withBackups,
    break: (look) => {
      const [backup] = factsOf(look.repositories, "repository1").backups ?? [];
      Object.assign(backup ?? {}, { hasError: true });
    },
  },
  "rehearsal-failed": {
    ...withBackups,
    break: (look) => {
      factsOf(look.repositories, "repository1").rehearsal = {
        ...{ start: askedAt - 60, error: "pg_amcheck: heap table is damaged" },
      };
    },
    quotes: /pg_amcheck/,
  },
  "checksum-failures": { break: (look) => (database(look, "patroni3").checksumFailures = 2) },
  "certificate-ended": {
    break: (look, { ended }) => (factsOf(look.etcd, "etcd2").certificate = { value: ended }),
  },
  "certificate-ending": {
    break: (look, { ending }) =>
      (factsOf(look.pools, "pgbouncer1").certificate = { value: ending }),
  },
  "state-locked": {
    break: () => undefined,
    locks: ["locked by process 4711 of ann on desk since 2026-11-28T10:00:00Z; it no longer runs"],
    quotes: /locked by process 4711 of ann on desk/,
  },
  "clock-skew": { break: (look) => (factsOf(look.etcd, "etcd1").now = { value: askedAt + 60 }) },
  "guard-inactive": { break: (look) => (member(look, "patroni2").guard = { value: false }) },
};

describe("a look at a cluster", () => {
  let valid: TestCertificate;
  let others: { ended: string; ending: string };
  before(async () => {
    const [ended, ending] = await Promise.all([
      TestCertificate.authority("ended", -2),
      TestCertificate.authority("ending", 20),
    ]);
    valid = await TestCertificate.authority("valid", 700);
    others = { ended: ended.certificate, ending: ending.certificate };
  });

  const found = ({ break: damage, input, isOnHosts, locks }: Case) => {
    const settings =
      isOnHosts === true ? vmSettingsOf({ ...withAddress, ...input }) : settingsOf(input);
    const look = healthyLook(settings, valid);
    damage(look, others);
    return diagnose({
      look,
      settings,
      ...(locks === undefined ? {} : { locks }),
      run: (command, ...words) => ["hapg", command, ...words].join(" "),
    });
  };

  for (const isOnHosts of [undefined, true] as const) {
    it(`finds nothing in a healthy cluster ${isOnHosts === true ? "on hosts" : "on Docker"}`, () => {
      const nothing = { break: () => undefined };
      assert.deepEqual(found(isOnHosts === true ? { ...nothing, isOnHosts } : nothing), []);
    });
  }

  it("finds what keeps a container from its data, although it ends again and again", () => {
    const problems = found({
      break: (look) => {
        silent(look.members, "patroni2");
        const text = "PermissionError: [Errno 13] Permission denied: '/var/lib/postgresql/17'";
        log(look, "patroni2", text);
      },
    });
    assert.deepEqual(
      problems.map(({ id }) => id),
      ["data-unreadable"],
    );
    assert.match(problems[0]?.evidence ?? "", /^log .*PermissionError/);
  });

  it("takes no line for a reason that is older than what is seen", () => {
    const problems = found({
      break: (look) => {
        member(look, "patroni2").database = problem("refused");
        patroni(look, "patroni2").state = "start failed";
        log(look, "patroni2", `${prefix} FATAL:  of yesterday`, 86_400);
      },
    });
    assert.deepEqual(
      problems.map(({ id, evidence }) => [id, evidence]),
      [["database-down", "refused"]],
    );
  });

  it("has services started that somebody has stopped, instead of etcd formed anew", () => {
    const settings = settingsOf();
    const look = healthyLook(settings, valid);
    for (const one of [...look.etcd, ...look.members, ...look.routers, ...look.pools])
      Object.assign(one, { facts: undefined, silence: stopped });
    const run = (...words: string[]) => words.join(" ");
    const next = diagnose({ look, settings, run }).map((found) => [found.id, found.next]);
    assert.ok(next.length > 4);
    for (const [id, command = ""] of next) assert.match(command, /^start\b/, id);
  });

  it("has every problem provoked for real as well, or a reason why not", () => {
    const provoked = provocations.flatMap(({ id, also = [], then = [] }) => [
      ...[id, ...also],
      ...then.map((step) => step.id),
    ]);
    const both = [...new Set([...provoked, ...Object.keys(notProvoked)])];
    assert.deepEqual(both.sort(), findingIds.toSorted());
    assert.deepEqual(
      provoked.filter((id) => id in notProvoked),
      [],
    );
  });

  it("takes a backup that was cut short for a failed one, but not one that runs", () => {
    const attempt = (isRunning: boolean) =>
      found({
        ...withBackups,
        break: (look) => {
          const lastAttempt = { type: "full" as const, start: askedAt - 60 };
          Object.assign(factsOf(look.repositories, "repository1"), { lastAttempt, isRunning });
        },
      }).map(({ id, evidence }) => `${id}: ${evidence}`);
    assert.deepEqual(attempt(false), ["backup-failed: the last full backup was cut short"]);
    assert.deepEqual(attempt(true), []);
  });

  it("compares the clock of the repository, which the schedule follows", () => {
    const hosts = { ...threeHosts, store: { address: "10.0.0.9", services: ["repository1"] } };
    const [problem] = found({
      ...{ isOnHosts: true, input: { backup: { enabled: true }, vm: { hosts } } },
      break: (look) => (factsOf(look.repositories, "repository1").now = askedAt + 3600),
    }).filter(({ id }) => id === "clock-skew");
    assert.match(problem?.evidence ?? "", /3600\.0 s ahead of this machine/);
  });

  for (const id of findingIds) {
    it(`finds ${id}, and nothing else`, () => {
      const problems = found(cases[id]);
      assert.deepEqual(
        [...new Set(problems.map((one) => one.id))].sort(),
        [id, ...(cases[id].also ?? [])].sort(),
      );
      const { evidence: own = "" } = problems.find((one) => one.id === id) ?? {};
      assert.match(own, cases[id].quotes ?? /./);
      for (const { evidence, cause, next } of problems) {
        assert.ok(evidence !== "" && cause !== "" && next !== "");
      }
    });
  }
});
