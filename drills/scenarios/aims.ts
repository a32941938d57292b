import type { DrillCluster } from "../cluster";

/** Longest standstill of writes that a drill allows, in seconds. */
export const aims = {
  /** Nothing that clients would notice. */
  unnoticed: () => 1,
  postgresKilled: () => 5,
  cleanStop: () => 4,
  switchover: () => 1.5,
  /** The leader's lease has to run out first. */
  leaseLost: ({ settings }: DrillCluster) => settings.patroni.ttlSeconds + 3,
} as const;
