/** A route of clients to the primary: which proxy they connect to. */
export type Route = "haproxy" | "pgbouncer";

/** A member's state at a moment, as it reported itself. */
export type MemberState = "writable" | "standby" | "silent";

/**
 * A period in which a member's state did not change. Times in milliseconds since the fault;
 * negative before it.
 */
export interface MemberSpan {
  from: number;
  to: number;
  state: MemberState;
}

/** The outage of one kind of client. */
export interface Outage {
  /** Longest time from the fault on without an answer to any client, in milliseconds. */
  longest: number;
  /** From the last answer before the outage to the next one, in milliseconds since the fault. */
  from: number;
  to: number;
  /** Statements and connections that failed from the fault on. */
  failures: number;
  /** The errors of these clients. */
  errors: ClientError[];
}

/** An error that clients received. Times in milliseconds since the fault. */
export interface ClientError {
  reason: string;
  times: number;
  first: number;
  last: number;
}

/** An event of a drill and its time, in milliseconds since the fault. */
export interface Moment {
  at: number;
  what: string;
  /** The drill causes `fault` and `undo`; `seen` is an observation. */
  kind: "fault" | "undo" | "seen";
}

/** An expectation, and whether it was met. */
export interface Expectation {
  what: string;
  met: boolean;
  /** The observation instead, or the figure concerned. */
  seen?: string;
}

/**
 * Writes per tenth of a second, by endpoint; the first count starts at `from`, in milliseconds
 * since the fault.
 */
export interface WriteRate {
  from: number;
  counts: Record<Route, number[]>;
}

/** One run of one scenario. */
export interface DrillResult {
  /**
   * Of the scenario, such as `H6-killed`: it begins with the row of the requirements that it
   * proves.
   */
  id: string;
  /** Name of the scenario, such as `primary's PostgreSQL killed`. */
  title: string;
  /** Start time, ISO 8601. */
  startedAt: string;
  /** Repeat, from 1. */
  run: number;
  /** Replication mode of the run. */
  mode: "asynchronous" | "synchronous";
  /** The first leader, and the leader at the end. */
  leader: { before: string; after: string };
  moments: Moment[];
  expectations: Expectation[];
  writes: Record<Route, Outage>;
  reads: Outage;
  /** Acknowledged writes, and those that are missing at the end or stored more than once. */
  acknowledged: number;
  lost: number;
  duplicated: number;
  /** Writes that a member accepted after one with a higher timeline had accepted one. */
  splitBrain: { toClients: number; directly: number };
  /**
   * From the end of the fault, or from the fault if it is not undone, until all members stream, in
   * milliseconds.
   */
  healthyAfter: number | undefined;
  /** Whether all expectations were met and no forbidden event happened. */
  passed: boolean;
  members: Record<string, MemberSpan[]>;
  rate: WriteRate;
}

/** A scenario that was not run, and the reason. */
export interface Skipped {
  id: string;
  title: string;
  why: string;
}

/** The complete result of one call of the drills. */
export interface DrillReport {
  cluster: string;
  platform: "docker" | "vm";
  /** `2 cores, 24 GiB`. */
  machine: string;
  /** The settings that failover depends on, by path: `patroni.ttlSeconds` and so on. */
  timings: Record<string, number | string | boolean>;
  results: DrillResult[];
  skipped: Skipped[];
  /** Why the drills ended early; undefined if they did not. */
  stopped?: string | undefined;
}
