/** Planned actions that interrupt clients. */
export type Interruption =
  | "switchover"
  | "failover"
  | "primary restart"
  | "clean stop of the primary"
  | "HAProxy restart"
  | "PgBouncer restart"
  | "adoption";

/** Write outages in former runs, in seconds. */
export interface MeasuredOutage {
  median: number;
  maximum: number;
  runs: number;
  /** Source of the figures: a heading of docs/benchmarks.md, and a row. */
  source: string;
}

/** Through HAProxy, and through PgBouncer if that differs; undefined: not measured. */
interface Outages {
  write: MeasuredOutage;
  pool?: MeasuredOutage;
}

const drills = (row: string) => `Failure drills: ${row}`;

/**
 * The only table of expected outages, with the slower of the two platforms. Figures of
 * docs/benchmarks.md, recorded from 2026-11-21 to 2026-11-26 on two cores.
 */
export const outages: Record<Interruption, Outages> = {
  switchover: {
    write: { median: 0.84, maximum: 1.4, runs: 20, source: drills("planned switchover") },
    pool: { median: 1.3, maximum: 1.7, runs: 20, source: drills("planned switchover") },
  },
  failover: {
    write: { median: 2.3, maximum: 4.1, runs: 20, source: drills("PostgreSQL killed") },
    pool: { median: 2.4, maximum: 4.2, runs: 20, source: drills("PostgreSQL killed") },
  },
  "primary restart": {
    write: {
      median: 2.1,
      maximum: 2.2,
      runs: 3,
      source: "Virtual machines: another unit for every member",
    },
  },
  "clean stop of the primary": {
    write: { median: 2.9, maximum: 3.3, runs: 20, source: drills("Patroni stopped cleanly") },
    pool: { median: 2.9, maximum: 3.3, runs: 20, source: drills("Patroni stopped cleanly") },
  },
  "HAProxy restart": {
    write: { median: 2.1, maximum: 2.4, runs: 20, source: drills("HAProxy killed") },
    pool: { median: 1.9, maximum: 2.5, runs: 20, source: drills("HAProxy killed") },
  },
  "PgBouncer restart": {
    write: { median: 0.06, maximum: 0.1, runs: 20, source: drills("PgBouncer killed") },
    pool: { median: 1.4, maximum: 1.7, runs: 20, source: drills("PgBouncer killed") },
  },
  adoption: {
    write: { median: 112, maximum: 112, runs: 1, source: "Adoption: write outage, three hosts" },
  },
};

/** The line of a plan with the expected write outage. */
export function expectedOutage(interruption: Interruption): string {
  const { write, pool } = outages[interruption];
  const through = (route: string, { median, maximum }: MeasuredOutage) =>
    `${median} s through ${route} (longest ${maximum} s)`;
  const parts = [
    through("HAProxy", write),
    ...(pool === undefined ? [] : [through("PgBouncer", pool)]),
  ];
  return `Expected write outage: ${parts.join(", ")}, measured in ${write.runs} runs.`;
}
