import type { DrillReport, DrillResult, Route } from "../result";

/** The endpoints in the order of reports. */
export const routes: readonly Route[] = ["haproxy", "pgbouncer"];

/** Names of the endpoints. */
export const routeNames: Record<Route, string> = { haproxy: "HAProxy", pgbouncer: "PgBouncer" };

/** Names of the platforms. */
export const platformNames: Record<DrillReport["platform"], string> = {
  docker: "Docker",
  vm: "virtual machines",
};

/** Short forms of the replication modes. */
export const shortModes: Record<DrillResult["mode"], string> = {
  asynchronous: "async",
  synchronous: "sync",
};

/**
 * Seconds without their unit, in at most four characters up to a quarter of an hour: `0.06`, `2.1`,
 * `143`.
 * @param milliseconds infinite for what never happened, which is `never`
 */
export function seconds(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "never";
  if (milliseconds < 5) return "0";
  // By the rounded figure: otherwise 0.996 s would be 1.00 and 0.994 s 0.99.
  const digits = milliseconds < 995 ? 2 : milliseconds < 99_950 ? 1 : 0;
  return (milliseconds / 1000).toFixed(digits);
}

/** The same with its unit. */
export const inSeconds = (milliseconds: number) =>
  Number.isFinite(milliseconds) ? `${seconds(milliseconds)} s` : seconds(milliseconds);

/** A moment, in milliseconds since the fault: `2.1 s`, `−0.50 s`. */
export const at = (milliseconds: number) =>
  `${milliseconds < 0 ? "\u2212" : ""}${inSeconds(Math.abs(milliseconds))}`;

/** Seconds of a round time, with the fewest digits: `−0.5`, `20`. */
export const round = (milliseconds: number) => `${milliseconds / 1000}`.replace("-", "\u2212");

/** A whole number with a thousands separator: `12,345`. */
export const count = (number: number) => number.toLocaleString("en-US");

/** `1 run`, `2 runs`. */
export const plural = (number: number, noun: string) =>
  `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** A run's name without the scenario's id: `primary's PostgreSQL killed, synchronous, run 2`. */
export const runName = ({ title, mode, run }: DrillResult) => `${title}, ${mode}, run ${run}`;
