import type { DrillReport, DrillResult, Outage } from "../../drills/result";

/** An outage of this length that begins 50 ms after the fault, in milliseconds. */
export const outage = (longest: number, failures = 0): Outage => ({
  longest,
  from: 50,
  to: 50 + longest,
  failures,
  errors: failures === 0 ? [] : [{ reason: "refused", times: failures, first: 60, last: 900 }],
});

/**
 * A run that went well: the primary's PostgreSQL is killed, patroni2 takes over after two seconds,
 * and patroni1 streams from it after six.
 */
export const drillResult = (changes: Partial<DrillResult> = {}): DrillResult => ({
  id: "H6",
  title: "primary's PostgreSQL killed",
  startedAt: "2026-11-21T14:03:22.125Z",
  run: 1,
  mode: "asynchronous",
  leader: { before: "patroni1", after: "patroni2" },
  moments: [
    { at: 0, what: "PostgreSQL of patroni1 killed", kind: "fault" },
    { at: 2050, what: "patroni2 is writable", kind: "seen" },
    { at: 6400, what: "patroni1 streams again", kind: "seen" },
  ],
  expectations: [
    { what: "writes return within 30 s", met: true, seen: "2.1 s" },
    { what: "never two members that accept writes", met: true },
  ],
  writes: { haproxy: outage(2100, 3), pgbouncer: outage(2300, 2) },
  reads: outage(60),
  acknowledged: 12_345,
  lost: 0,
  duplicated: 0,
  splitBrain: { toClients: 0, directly: 0 },
  healthyAfter: 6400,
  passed: true,
  members: {
    patroni1: [
      { from: -2000, to: 50, state: "writable" },
      { from: 50, to: 5000, state: "silent" },
      { from: 5000, to: 8000, state: "standby" },
    ],
    patroni2: [
      { from: -2000, to: 2050, state: "standby" },
      { from: 2050, to: 8000, state: "writable" },
    ],
    patroni3: [{ from: -2000, to: 8000, state: "standby" }],
  },
  rate: {
    from: -2000,
    counts: {
      haproxy: [...many(20, 9), ...many(22, 0), ...many(58, 9)],
      pgbouncer: [...many(20, 8), ...many(24, 0), ...many(56, 8)],
    },
  },
  ...changes,
});

/** What the drills found, on a cluster with the default timings. */
export const drillReport = (
  results: DrillResult[],
  changes: Partial<DrillReport> = {},
): DrillReport => ({
  cluster: "hapg",
  platform: "docker",
  machine: "2 cores, 24 GiB",
  timings: { "patroni.ttlSeconds": 20, "patroni.loopWaitSeconds": 5, "patroni.failsafeMode": true },
  results,
  skipped: [],
  ...changes,
});

/** The same number over and over. */
const many = (times: number, number: number) => Array.from({ length: times }, () => number);
