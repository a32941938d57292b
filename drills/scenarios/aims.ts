import type { DrillCluster } from "../cluster";

/** Longest permitted write outage of a drill, in seconds. */
export const aims = {
  /** Nothing that clients would notice. */
  unnoticed: () => 1,
  postgresKilled: () => 5,
  cleanStop: () => 4,
  switchover: () => 1.5,
  /** The leader's lease must expire first. */
  leaseLost: ({ settings }: DrillCluster) => settings.patroni.ttlSeconds + 3,
} as const;
