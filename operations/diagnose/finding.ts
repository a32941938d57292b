import type { Settings } from "../../configs/settings/schema";
import type { Look } from "../look/look";

/** `critical`: the cluster is unavailable, or will not survive the next failure. */
export type Severity = "critical" | "warning";

/** A problem of a running cluster. */
export interface Finding {
  /** Heading of its section in `docs/how-to/runbook.md`. */
  id: FindingId;
  severity: Severity;
  /** The service, host or cluster that has the problem. */
  subject: string;
  /** What was observed. */
  evidence: string;
  cause: string;
  /** The next command to run, ready to paste. */
  next: string;
}

/** Input of the checks. */
export interface Context {
  look: Look;
  settings: Settings;
  /** Stale locks on the stack's state; unknown by default. */
  locks?: string[];
  /** How the user starts this command line on this stack: `run("restart", "patroni2")`. */
  run: (command: string, ...words: string[]) => string;
}

/** Checks for problems of one kind. */
export type Check = (context: Context) => Finding[];

/** All kinds of problems, each with its severity and its usual cause. */
const kinds = {
  "no-leader": ["critical", "No member holds the leader lease: nothing accepts writes."],
  "two-primaries": ["critical", "A member kept running as primary after it lost the lease."],
  paused: ["warning", "Somebody paused Patroni: no failover happens until it is resumed."],
  "failsafe-active": [
    "critical",
    "The primary cannot reach etcd and keeps running because all members answer it.",
  ],
  "member-unreachable": ["critical", "The member's container, host or network is down."],
  "start-stopped": [
    "critical",
    "The member waits for a decision before it starts, so that no data is lost.",
  ],
  "other-cluster-data": [
    "critical",
    "The data directory belongs to another cluster: a restored or foreign volume.",
  ],
  "other-cluster-etcd": [
    "critical",
    "etcd keeps the keys of a former cluster of this name: no member may start.",
  ],
  "data-unreadable": [
    "critical",
    "The service's user cannot read the data directory: owner, mode, mount or disk is wrong.",
  ],
  "not-founded": ["critical", "There is no cluster yet: only `up` permits a member to found one."],
  "half-founded": ["critical", "The member was interrupted while it founded the cluster."],
  "founded-twice": ["critical", "Several members founded a cluster at the same time."],
  "database-down": ["critical", "PostgreSQL does not run or does not accept connections."],
  "database-start-failed": ["critical", "PostgreSQL refuses to start, for the reason in its log."],
  "patroni-down": [
    "critical",
    "PostgreSQL runs without Patroni: the member takes no part in failover.",
  ],
  "member-without-etcd": [
    "critical",
    "The member cannot reach etcd, which has a quorum: it cannot lead, nor follow a new primary.",
  ],
  "other-timeline": ["warning", "The standby does not follow the current primary's history."],
  "member-missing": ["critical", "The member is not registered in etcd."],
  "not-streaming": ["critical", "The standby does not receive WAL from the primary."],
  "replication-refused": [
    "critical",
    "The primary does not let the standby in: pg_hba or the replication password differs.",
  ],
  "replication-lag": ["warning", "The standby applies WAL more slowly than the primary writes it."],
  "replay-paused": ["warning", "Somebody paused WAL replay with pg_wal_replay_pause()."],
  "no-synchronous-standby": [
    "critical",
    "Synchronous mode is on, and no standby confirms commits.",
  ],
  "slot-lost": ["critical", "The slot's WAL was removed: its consumer must start again."],
  "slot-holds-wal": ["warning", "The slot's consumer is absent or slow."],
  "restart-pending": ["warning", "A changed parameter takes effect only at a restart."],
  "etcd-no-quorum": ["critical", "Fewer than half of etcd's members answer each other."],
  "etcd-unreachable": ["critical", "The etcd member's container, host or network is down."],
  "etcd-waiting": ["critical", "The etcd member waits before it starts."],
  "etcd-alarm": ["critical", "etcd refuses writes until the alarm is cleared."],
  "etcd-without-vote": ["warning", "The etcd member has not caught up with the others yet."],
  "etcd-former-member": ["warning", "etcd counts a member that the stack file does not have."],
  "etcd-fragmented": ["warning", "Most of etcd's database file is free space."],
  "router-unreachable": ["critical", "HAProxy's container, host or network is down."],
  "router-without-primary": ["critical", "HAProxy's health check finds no primary."],
  "router-two-primaries": ["critical", "HAProxy's health check finds more than one primary."],
  "router-saturated": ["warning", "Sessions are close to the limit haproxy.maxConnections."],
  "router-waiting": ["warning", "Clients wait: the member has as many sessions as it takes."],
  "pool-unreachable": ["critical", "PgBouncer's container, host or network is down."],
  "pool-paused": ["critical", "PgBouncer is paused: its clients wait."],
  "pool-waiting": ["warning", "Clients wait for a free server connection."],
  "address-nowhere": ["critical", "No Keepalived holds the virtual address."],
  "address-twice": ["critical", "Two hosts hold the virtual address: they do not see each other."],
  "disk-full": ["critical", "PostgreSQL cannot write: its data or WAL has filled the disk."],
  "disk-nearly-full": ["critical", "WAL or data grew, or another program uses the disk."],
  "connections-saturated": ["warning", "Clients open more connections than max_connections fits."],
  wraparound: ["critical", "Autovacuum does not freeze old rows fast enough."],
  "long-transaction": ["warning", "A session keeps a transaction open; vacuum cannot clean up."],
  "archive-failing": ["warning", "The archive command fails: WAL stays on the primary's disk."],
  "archive-late": [
    "warning",
    "WAL does not reach the repository: what was committed since is in no backup.",
  ],
  "archive-gap": ["warning", "WAL was lost before it reached the repository."],
  "repository-unreachable": ["warning", "The repository's container, host or network is down."],
  "repository-unreadable": ["critical", "pgBackRest cannot read the repository."],
  "repository-full": ["warning", "Backups and WAL fill the repository's disk."],
  "backup-missing": ["warning", "Nothing can be restored: there is no backup yet."],
  "backup-failed": ["warning", "The last backup failed."],
  "backup-overdue": ["warning", "A scheduled backup has not been taken."],
  "backup-damaged": ["critical", "The disk from which the backup was taken has damaged pages."],
  "rehearsal-failed": ["warning", "The latest backup could not be restored and checked."],
  "checksum-failures": ["critical", "The disk returned damaged pages."],
  "certificate-ended": ["critical", "Nobody ran `up` before the certificate expired."],
  "certificate-ending": ["warning", "Only `up` renews certificates."],
  "clock-skew": ["warning", "The host's clock is wrong: its time service does not work."],
  "state-locked": [
    "warning",
    "An update was killed and left its lock: no update runs until it is removed.",
  ],
  "guard-inactive": ["critical", "Without the guard, a hung Patroni can leave two primaries."],
} as const satisfies Record<string, readonly [Severity, string]>;

/** Names of the problems. */
export type FindingId = keyof typeof kinds;

/** All names, for tests and documentation. */
export const findingIds = Object.keys(kinds) as FindingId[];

/**
 * A problem.
 * @param severity if it differs from that of its kind
 */
export function finding(
  id: FindingId,
  subject: string,
  evidence: string,
  next: string,
  severity: Severity = kinds[id][0],
): Finding {
  return { id, severity, subject, evidence, cause: kinds[id][1], next };
}
