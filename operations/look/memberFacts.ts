import type { ClusterMember } from "../clusterView";
import type { Part } from "./facts";

/** What Patroni says of its own member (`GET /patroni`), as far as it is used. */
export interface PatroniFacts {
  state: string;
  role: string;
  timeline?: number;
  pending_restart?: boolean;
  pause?: boolean;
  cluster_unlocked?: boolean;
  failsafe_mode_is_active?: boolean;
  /** When it last heard from etcd, in seconds since 1970. */
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
  /** `reserved`, `extended`, `unreserved` or `lost`; null if it holds nothing. */
  walStatus: string | null;
  /** WAL that it holds back, in bytes. */
  heldBytes: number | null;
}

/** A standby that this member sends to. */
export interface Sender {
  name: string;
  state: string;
  sync: string;
  sentLagBytes: number | null;
  replayLagBytes: number | null;
  replayLagSeconds: number | null;
}

/** What PostgreSQL itself says. */
export interface DatabaseFacts {
  version: string;
  /** In seconds since 1970. */
  started: number;
  inRecovery: boolean;
  /** Parameters that wait for a restart. */
  pendingRestart: string[];
  connections: number;
  /** Without those reserved for superusers. */
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

/** What is kept of leaders: timeline, end of the former one, reason, time, who led. */
export type HistoryEntry = [number, number, string, string?, string?];

/** What `programs/facts/member.py` prints. */
export interface MemberFacts {
  /** The member's clock, in seconds since 1970. */
  now: Part<number>;
  patroni: Part<PatroniFacts>;
  /** What etcd has of all members: nothing while etcd is out of reach. */
  cluster: Part<{
    members: (ClusterMember & { scheduled_restart?: { schedule: string } })[];
    pause?: boolean;
    scheduled_switchover?: { at: string; from?: string; to?: string };
  }>;
  /** Patroni's dynamic configuration. */
  config: Part<Record<string, unknown>>;
  history: Part<HistoryEntry[]>;
  database: Part<DatabaseFacts>;
  /** Of the data or of the WAL, whichever has less room. */
  disk: Part<{ bytes: number; freeBytes: number }>;
  /** What the data directory holds; the problem says why it cannot be read. */
  data: Part<{
    isEmpty: boolean;
    /** As PostgreSQL writes it; null if the directory is empty or a copy is under way. */
    systemIdentifier: string | null;
    /** Whether the member began to found a cluster and has not noted that it was done. */
    isHalfFounded: boolean;
  }>;
  /** PEM. */
  certificate: Part<string>;
  /** Seconds until the guard ends PostgreSQL; null if the member does not lead. */
  lease: Part<number | null>;
  /** Whether the guard runs. */
  guard: Part<boolean>;
  /** Why it waits for a person before it starts; null if it does not. */
  stopped: Part<string | null>;
}
