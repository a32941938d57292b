import type { Settings } from "../../configs/settings/schema";
import { type PlannedService, planOf } from "../../configs/cluster/plan";
import type { Look, Seen } from "../../operations/look/look";
import type { MemberFacts } from "../../operations/look/memberFacts";
import type { RepositoryFacts } from "../../operations/look/repositoryFacts";
import type { TestCertificate } from "./certificates";

/** When everybody was asked, in seconds since 1970. */
export const askedAt = Math.floor(Date.now() / 1000);

const value = <T>(one: T) => ({ value: one });

function seen<Facts>({ name, kind, host }: PlannedService, facts: Facts): Seen<Facts> {
  return { name, kind, host, milliseconds: 100, askedAt, facts };
}

function memberFacts(name: string, pem: string, others: string[]): MemberFacts {
  const isPrimary = name === "patroni1";
  return {
    now: value(askedAt),
    patroni: value({
      state: "running",
      role: isPrimary ? "primary" : "replica",
      timeline: 2,
      database_system_identifier: "7713",
      dcs_last_seen: askedAt,
      patroni: { version: "4.0.7" },
      ...(isPrimary ? {} : { replication_state: "streaming" }),
    }),
    cluster: value({
      members: [name, ...others].map((one) => ({
        name: one,
        role: one === "patroni1" ? "leader" : "replica",
        state: one === "patroni1" ? "running" : "streaming",
        timeline: 2,
      })),
    }),
    config: value({ ttl: 20 }),
    history: value([
      [1, 84430288, "no recovery target specified", "2026-11-18T10:00:00+00:00", "patroni1"],
    ]),
    database: value({
      version: "17.12 (Debian 17.12-0+deb13u1)",
      started: askedAt - 7300,
      inRecovery: !isPrimary,
      pendingRestart: [],
      connections: 10,
      maxConnections: 97,
      longestTransactionSeconds: 0,
      oldestTransactionAge: 1000,
      freezeMaxAge: 200_000_000,
      checksumFailures: 0,
      walBytes: 80 * 1024 ** 2,
      maxSlotWalKeepBytes: 4 * 1024 ** 3,
      synchronousStandbyNames: "",
      slots: isPrimary
        ? others.map((one) => ({
            name: one,
            type: "physical" as const,
            active: true,
            walStatus: "reserved",
            heldBytes: 0,
          }))
        : [],
      senders: isPrimary
        ? others.map((one) => ({
            name: one,
            state: "streaming",
            sync: "async",
            sentLagBytes: 0,
            replayLagBytes: 0,
            replayLagSeconds: null,
          }))
        : [],
      replayPaused: false,
      archiver: { mode: "off", failedCount: 0, lastFailed: null, lastArchived: null },
    }),
    disk: value({ bytes: 100 * 1024 ** 3, freeBytes: 60 * 1024 ** 3 }),
    data: value({ isEmpty: false, systemIdentifier: "7713", isHalfFounded: false }),
    certificate: value(pem),
    lease: value(isPrimary ? 12 : null),
    guard: value(true),
    stopped: value(null),
  };
}

/** What a repository with one backup reports. */
export function repositoryFacts(): RepositoryFacts {
  return {
    now: askedAt,
    stanza: "test-7713",
    isMade: true,
    backups: [
      {
        label: "20261128-010000F",
        type: "full",
        start: askedAt - 7200,
        stop: askedAt - 7190,
        walStart: "000000010000000000000004",
        walStop: "000000010000000000000004",
        lsnStop: "0/4000120",
        bytes: 31457280,
        repositoryBytes: 4194304,
        changedBytes: 4194304,
        hasError: false,
      },
    ],
    gaps: [],
    due: null,
    dueSince: null,
    next: { full: askedAt + 86400, diff: askedAt + 3600 },
    lastAttempt: { type: "full", start: askedAt - 7200, stop: askedAt - 7190, error: null },
    isRunning: false,
    rehearsal: null,
    archiver: {
      now: askedAt,
      mode: "on",
      archived: 12,
      lastArchived: "000000010000000000000010",
      lastArchivedAt: askedAt - 30,
      failed: 0,
      lastFailed: null,
      lastFailedAt: null,
      waiting: 0,
      waitingSince: null,
      current: "000000010000000000000011",
    },
    archiverProblem: null,
    problem: null,
    disk: { bytes: 100 * 1024 ** 3, freeBytes: 60 * 1024 ** 3 },
  };
}

/**
 * What a healthy cluster reports, whose first members lead.
 * @param certificate of every service
 */
export function healthyLook(settings: Settings, { certificate: pem }: TestCertificate): Look {
  const plan = planOf(settings);
  const of = (kind: PlannedService["kind"]) => plan.filter((service) => service.kind === kind);
  const names = of("patroni").map(({ name }) => name);
  return {
    etcd: of("etcd").map((service) =>
      seen(service, {
        now: value(askedAt),
        status: value({
          version: "3.5.16",
          leads: service.name === "etcd1",
          hasLeader: true,
          raftTerm: 2,
          databaseBytes: 65536,
          databaseBytesInUse: 65536,
          errors: [],
        }),
        health: value(true as const),
        members: value(of("etcd").map(({ name }) => ({ name, isLearner: false }))),
        alarms: value([]),
        waiting: value(""),
        disk: value({ bytes: 100 * 1024 ** 3, freeBytes: 60 * 1024 ** 3 }),
        certificate: value(pem),
      }),
    ),
    members: of("patroni").map((service) =>
      seen(
        service,
        memberFacts(
          service.name,
          pem,
          names.filter((name) => name !== service.name),
        ),
      ),
    ),
    routers: of("haproxy").map((service) =>
      seen(service, {
        now: value(askedAt),
        servers: value(
          names.flatMap((member) =>
            ["primary", "standbys"].map((backend) => ({
              backend,
              member,
              isUp: (backend === "primary") === (member === "patroni1"),
              sessions: 1,
              waiting: 0,
            })),
          ),
        ),
        frontends: value({
          write: { sessions: 1, limit: 1000 },
          read: { sessions: 2, limit: 1000 },
        }),
        certificate: value(pem),
      }),
    ),
    pools: of("pgbouncer").map((service) =>
      seen(service, {
        now: value(askedAt),
        pools: value([
          {
            database: "app",
            user: "app",
            clients: 3,
            waiting: 0,
            servers: 1,
            longestWaitSeconds: 0,
          },
        ]),
        isPaused: value(false),
        certificate: value(pem),
      }),
    ),
    addresses: of("keepalived").map((service) =>
      seen(service, {
        now: value(askedAt),
        holds: value(service.name === "keepalived1"),
        process: value(true as const),
      }),
    ),
    repositories: of("repository").map((service) => seen(service, repositoryFacts())),
  };
}
