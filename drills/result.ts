/** A way in that clients write or read through. */
export type Way = "haproxy" | "pgbouncer";

/** What a member was at a moment, as it said itself. */
export type MemberState = "writable" | "standby" | "silent";

/** A time span in which a member was the same. Times in milliseconds since the fault; negative before it. */
export interface MemberSpan {
  from: number;
  to: number;
  state: MemberState;
}

/** How long one kind of client outage. */
export interface Standstill {
  /** Longest time without an answer to anybody from the fault on, in milliseconds. */
  longest: number;
  /** From the last answer before it to the next one, in milliseconds since the fault. */
  from: number;
  to: number;
  /** Statements and connections that failed from the fault on. */
  failures: number;
  /** What the clients of those were told. */
  told: Told[];
}

/** An error that clients were told, or met. Times in milliseconds since the fault. */
export interface Told {
  reason: string;
  times: number;
  first: number;
  last: number;
}

/** Something that happened in a drill, and when: in milliseconds since the fault. */
export interface Moment {
  at: number;
  what: string;
  /** `fault` and `undo` are the drill's own doing, `seen` is what came of it. */
  kind: "fault" | "undo" | "seen";
}

/** What had to happen, and whether it did. */
export interface Expectation {
  what: string;
  met: boolean;
  /** What was seen instead, or the figure it is about. */
  seen?: string;
}

/** Writes per tenth of a second, by way; the first one begins at `from`, in milliseconds since the fault. */
export interface WriteRate {
  from: number;
  counts: Record<Way, number[]>;
}

/** One run of one scenario. */
export interface DrillResult {
  /** Of the scenario, such as `H6-killed`: it begins with the row of the requirements that it proves. */
  id: string;
  /** Name of the scenario, such as `primary's PostgreSQL killed`. */
  title: string;
  /** When it began, ISO 8601. */
  startedAt: string;
  /** Repeat, from 1. */
  run: number;
  /** Replication that it ran with. */
  mode: "asynchronous" | "synchronous";
  /** The member that led at first, and the one that leads at the end. */
  leader: { before: string; after: string };
  moments: Moment[];
  expectations: Expectation[];
  writes: Record<Way, Standstill>;
  reads: Standstill;
  /** Acknowledged writes, and those of them that are not there at the end, or more than once. */
  acknowledged: number;
  lost: number;
  duplicated: number;
  /** Writes that a member accepted after another one with a higher timeline had accepted one. */
  splitBrain: { toClients: number; directly: number };
  /** From the end of the fault, or from the fault if it is not undone, until all members stream, in milliseconds. */
  wholeAfter: number | undefined;
  /** Whether all expectations were met and nothing that must not happen did. */
  passed: boolean;
  members: Record<string, MemberSpan[]>;
  rate: WriteRate;
}

/** A scenario that was not run, and why. */
export interface Skipped {
  id: string;
  title: string;
  why: string;
}

/** Everything that one call of the drills has found. */
export interface DrillReport {
  cluster: string;
  platform: "docker" | "vm";
  /** `2 cores, 24 GiB`. */
  machine: string;
  /** What failover depends on, by setting: `patroni.ttlSeconds` and so on. */
  timings: Record<string, number | string | boolean>;
  results: DrillResult[];
  skipped: Skipped[];
  /** Why the drills ended before all were run; undefined if they did not. */
  stopped?: string | undefined;
}
