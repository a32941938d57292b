import type { ClusterMember } from "../clusterView";
import type { Part } from "./facts";

/** The used part of Patroni's report about its own member (`GET /patroni`). */
export interface PatroniFacts {
  state: string;
  role: string;
  timeline?: number;
  pending_restart?: boolean;
  pause?: boolean;
  cluster_unlocked?: boolean;
  failsafe_mode_is_active?: boolean;
  /** Time of the last contact with etcd, in seconds since 1970. */
  dcs_last_seen?: number;
  database_system_identifier?: string;
  replication_state?: string;
  tags?: Record<string, unknown>;
  patroni: { version: string };
}

/** A replication slot. */
export interface Slot {
  name: string;
  type: "physical" | "logical";
  active: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost`; null if it retains nothing. */
  walStatus: string | null;
  /** WAL that it retains, in bytes. */
  heldBytes: number | null;
}

/** A standby that streams from this member. */
export interface Sender {
  name: string;
  state: string;
  sync: string;
  sentLagBytes: number | null;
  replayLagBytes: number | null;
  replayLagSeconds: number | null;
}

/** Facts from PostgreSQL itself. */
export interface DatabaseFacts {
  version: string;
  /** In seconds since 1970. */
  started: number;
  inRecovery: boolean;
  /** Parameters that wait for a restart. */
  pendingRestart: string[];
  connections: number;
  /** Without the connections reserved for superusers. */
  maxConnections: number;
  longestTransactionSeconds: number;
  oldestTransactionAge: number;
  freezeMaxAge: number;
  checksumFailures: number;
  walBytes: number;
  /** null: no limit. */
  maxSlotWalKeepBytes: number | null;
  synchronousStandbyNames: string;
  slots: Slot[];
  senders: Sender[];
  replayPaused: boolean;
  archiver: {
    mode: string;
    failedCount: number;
    lastFailed: number | null;
    lastArchived: number | null;
  };
}

/** The leader history: timeline, its end, reason, time, leader. */
export type HistoryEntry = [number, number, string, string?, string?];

/** The output of `programs/facts/member.py`. */
export interface MemberFacts {
  /** The member's clock, in seconds since 1970. */
  now: Part<number>;
  patroni: Part<PatroniFacts>;
  /** The members in etcd; missing while etcd is unreachable. */
  cluster: Part<{
    members: (ClusterMember & { scheduled_restart?: { schedule: string } })[];
    pause?: boolean;
    scheduled_switchover?: { at: string; from?: string; to?: string };
  }>;
  /** Patroni's dynamic configuration. */
  config: Part<Record<string, unknown>>;
  history: Part<HistoryEntry[]>;
  database: Part<DatabaseFacts>;
  /** Of the file system of the data or of the WAL, whichever has less free space. */
  disk: Part<{ bytes: number; freeBytes: number }>;
  /** Content of the data directory; the problem has the reason if it cannot be read. */
  data: Part<{
    isEmpty: boolean;
    /** In PostgreSQL's notation; null if the directory is empty or a copy is in progress. */
    systemIdentifier: string | null;
    /**
     * Whether the member has begun to found a cluster and has not recorded the end of the founding.
     */
    isHalfFounded: boolean;
  }>;
  /** PEM. */
  certificate: Part<string>;
  /** Seconds until the guard kills PostgreSQL; null if the member does not lead. */
  lease: Part<number | null>;
  /** Whether the guard runs. */
  guard: Part<boolean>;
  /** Why its start program waits for an operator; null if it does not. */
  stopped: Part<string | null>;
}
