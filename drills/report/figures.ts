import { percentile, spread } from "../../measure/statistics";
import type { DrillResult, Route } from "../result";
import { routes } from "./words";

/** A distribution over runs, in milliseconds. */
export interface Distribution {
  min: number;
  median: number;
  /** By nearest rank. */
  p95: number;
  max: number;
}

/** Totals over several runs. */
export interface Tally {
  runs: number;
  passed: number;
  acknowledged: number;
  lost: number;
  duplicated: number;
  /** Writes that a second writable member accepted. */
  splitBrain: { toClients: number; directly: number };
}

/** Outages by client path over several runs. */
export interface Outages {
  writes: Record<Route, Distribution>;
  reads: Distribution;
  /** Infinite for a run that ended before its cluster was healthy. */
  healthyAfter: Distribution;
}

/** Totals over these runs; zeros without any. */
export function tally(runs: DrillResult[]): Tally {
  const sum = (figure: (run: DrillResult) => number) =>
    runs.reduce((total, run) => total + figure(run), 0);
  return {
    runs: runs.length,
    passed: runs.filter(({ passed }) => passed).length,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    splitBrain: {
      toClients: sum(({ splitBrain }) => splitBrain.toClients),
      directly: sum(({ splitBrain }) => splitBrain.directly),
    },
  };
}

/** Outages by client path in these runs, of which there is at least one. */
export function outages(runs: DrillResult[]): Outages {
  const over = (figure: (run: DrillResult) => number) => distribution(runs.map(figure));
  return {
    writes: {
      haproxy: over(({ writes }) => writes.haproxy.longest),
      pgbouncer: over(({ writes }) => writes.pgbouncer.longest),
    },
    reads: over(({ reads }) => reads.longest),
    healthyAfter: over(({ healthyAfter }) => healthyAfter ?? Infinity),
  };
}

/** A run's write outage: the longest of its endpoints, in milliseconds. */
export const writeOutage = ({ writes }: Pick<DrillResult, "writes">) =>
  Math.max(...routes.map((route) => writes[route].longest));

/** The run with the longest write outage, the first of several; undefined without runs. */
export const slowest = (runs: DrillResult[]) =>
  runs.reduce<DrillResult | undefined>(
    (worst, run) => (worst !== undefined && writeOutage(worst) >= writeOutage(run) ? worst : run),
    undefined,
  );

function distribution(values: number[]): Distribution {
  const { min, median, max } = spread(values);
  return { min, median, p95: percentile(values, 95), max };
}
