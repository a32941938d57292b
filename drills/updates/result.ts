import type { RoundPlan } from "./plan";

/** One round of the update drill. */
export interface UpdateRound extends RoundPlan {
  seed: number;
  platform: "docker" | "vm";
  /** ISO 8601. */
  startedAt: string;
  /** Whether commits waited for a standby before the change and after it. */
  isSynchronous: boolean;
  /** Whether the first `up` was still running at the time of the kill. */
  wasKilled: boolean;
  /** The service that was killed with it. */
  killedService: string | undefined;
  /** The updates after the first one, each with its end and duration. */
  ups: { code: number; seconds: number }[];
  acknowledged: number;
  lost: number;
  duplicated: number;
  /** Longest time without a write on any endpoint from the first `up` on, in milliseconds. */
  outageMilliseconds: number;
  /** Whether the cluster is healthy at the end; if not, no further round can begin. */
  isHealthy: boolean;
  /** Forbidden events. */
  problems: string[];
  passed: boolean;
}

/** A round in one or two lines. */
export function roundText(result: UpdateRound): string {
  const { round, kinds, kill, wasKilled, killedService, ups, acknowledged, lost } = result;
  const killed = wasKilled
    ? `${kill.scope} killed after ${kill.afterSeconds.toFixed(1)} s`
    : "the update ended before its kill";
  const service = killedService === undefined ? "" : ` with ${killedService}`;
  const then = ups.map(({ seconds }) => `${seconds.toFixed(0)} s`).join(", ");
  const outage = (result.outageMilliseconds / 1000).toFixed(1);
  return [
    `${result.passed ? "passed" : "FAILED"}  round ${round}: ${kinds.join(", ")}; ${killed}${service}`,
    `        up ${then}; outage ${outage} s; ${acknowledged} writes acknowledged, ${lost} lost`,
    ...result.problems.map((problem) => `        ${problem}`),
  ].join("\n");
}
