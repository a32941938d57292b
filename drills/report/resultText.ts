import type { DrillResult } from "../result";
import { paragraph } from "./paragraph";
import { unmet } from "./reasons";
import { at, count, inSeconds, runName, routeNames, routes } from "./words";

/** The result of a run for the terminal, with only those expectations that were not met in full. */
export function resultText(result: DrillResult): string {
  const { id, moments, expectations, leader, writes, reads, healthyAfter } = result;
  const own = moments.filter(({ kind }) => kind !== "seen").sort((a, b) => a.at - b.at);
  const missed = unmet(result);
  const outages = routes.map(
    (route) => `${inSeconds(writes[route].longest)} through ${routeNames[route]}`,
  );
  const whole =
    healthyAfter === undefined
      ? "never healthy again"
      : `healthy again after ${inSeconds(healthyAfter)}`;
  return [
    ...paragraph(`${result.passed ? "passed" : "FAILED"}  ${id}  `, runName(result)),
    ...own.flatMap((moment) => detail("done", `at ${at(moment.at)}: ${moment.what}`)),
    ...detail("expected", `${expectations.length - missed.length} of ${expectations.length} met`),
    ...missed.flatMap((what) => detail("NOT MET", what)),
    ...detail("outage", `writes ${outages.join(", ")}; reads ${inSeconds(reads.longest)}`),
    ...detail("writes", fate(result)),
    ...detail("leader", `${leader.before} before, ${leader.after} after; ${whole}`),
  ].join("\n");
}

const detail = (label: string, text: string) => paragraph(`        ${label.padEnd(13)}`, text);

/** The fate of the writes of a run, or of several. */
export const fate = ({
  acknowledged,
  lost,
  duplicated,
  splitBrain,
}: Pick<DrillResult, "acknowledged" | "lost" | "duplicated" | "splitBrain">) =>
  `${count(acknowledged)} acknowledged, ${count(lost)} lost, ${count(duplicated)} duplicated; ` +
  `split brain: ${count(splitBrain.toClients)} by clients, ${count(splitBrain.directly)} directly`;
