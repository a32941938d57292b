import type { DrillResult } from "../result";
import { plural } from "./words";

/** Why a run failed: expectations that were not met, and forbidden events. */
export function reasons(result: DrillResult): string[] {
  const { lost, duplicated, splitBrain, healthyAfter } = result;
  const split = splitBrain.toClients + splitBrain.directly;
  return [
    ...unmet(result),
    ...(lost > 0 ? [`${plural(lost, "acknowledged write")} lost`] : []),
    ...(duplicated > 0 ? [`${plural(duplicated, "write")} there twice`] : []),
    ...(split > 0 ? [plural(split, "split-brain write")] : []),
    ...(healthyAfter === undefined ? ["never healthy again"] : []),
  ];
}

/** The expectations that were not met, each with the observation. */
export const unmet = ({ expectations }: DrillResult): string[] =>
  expectations
    .filter(({ met }) => !met)
    .map(({ what, seen }) => (seen === undefined ? what : `${what} (${seen})`));
