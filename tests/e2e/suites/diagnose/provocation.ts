import type { Settings } from "../../../../configs/settings/schema";
import type { FindingId, Severity } from "../../../../operations/diagnose/finding";
import type { Scene } from "./scene";

/** A problem that is provoked for real. */
export interface Provocation extends Step {
  /** The only platform on which it can be provoked. */
  on?: Settings["platform"];
  /** What the stack file says, if that is the problem. */
  expecting?: (settings: Settings) => Settings;
  /** What goes wrong after that. */
  then?: Step[];
}

/** One problem, and how it comes. */
export interface Step {
  id: FindingId;
  severity: Severity;
  /** What is found besides, because it follows. */
  also?: FindingId[];
  /** What the evidence says or quotes. */
  quotes?: RegExp;
  /** How long it may take to be found, in seconds. @default 20 */
  seconds?: number;
  /** Provokes it. @returns what takes it back */
  provoke: (scene: Scene) => Promise<() => Promise<unknown>>;
}

/** SQL that writes so much WAL. */
export const megabytes = (count: number) =>
  `SELECT count(pg_logical_emit_message(true, 'hapg', repeat('x', 1048576))) FROM generate_series(1, ${count})`;
