import type { DrillReport, DrillResult } from "../../result";
import { slowest, tally, writeOutage } from "../figures";
import { reasons } from "../reasons";
import { failedRuns } from "../repeats";
import { count, inSeconds, platformNames, plural, runName } from "../words";
import { runAnchor } from "./anchors";
import { type Markup, markup } from "./markup";

/** The rating of a figure. */
type Judgement = "good" | "noted" | "bad";

/** The summary of all drills: the important figures, the failures, and the environment. */
export function headline(report: DrillReport): Markup {
  const failed = failedRuns(report.results);
  return markup`<header>
    <h1>Failure drills of ${report.cluster}</h1>
    <ul class="tiles">${tiles(report.results)}</ul>
    ${failed.length === 0 ? undefined : markup`<ul class="failures">${failed.map(failure)}</ul>`}
    ${setting(report)}
  </header>`;
}

function tiles(results: DrillResult[]): Markup[] {
  const { runs, passed, acknowledged, lost, duplicated, splitBrain } = tally(results);
  const split = (run: DrillResult) => run.splitBrain.toClients + run.splitBrain.directly;
  const worst = slowest(results);
  return [
    tile(`${count(passed)} of ${count(runs)}`, "runs passed", passed === runs ? "good" : "bad"),
    tile(
      count(lost),
      `of ${count(acknowledged)} acknowledged writes ` +
        `lost${lost === 0 ? "" : `: ${lostByMode(results)}`}`,
      judged(results, (run) => run.lost),
    ),
    tile(
      count(splitBrain.toClients + splitBrain.directly),
      `split-brain writes: ${count(splitBrain.toClients)} by clients, ` +
        `${count(splitBrain.directly)} directly`,
      judged(results, split),
    ),
    ...(duplicated === 0
      ? []
      : [
          tile(
            count(duplicated),
            "writes there twice",
            judged(results, (run) => run.duplicated),
          ),
        ]),
    ...(worst === undefined
      ? []
      : [
          tile(
            inSeconds(writeOutage(worst)),
            `longest write outage: ${worst.id} ${worst.title}, ${worst.mode}`,
          ),
        ]),
  ];
}

/**
 * Asynchronous replication may lose writes: only the scenario determines whether that is permitted.
 */
function judged(results: DrillResult[], figure: (run: DrillResult) => number): Judgement {
  const found = results.filter((run) => figure(run) > 0);
  if (found.length === 0) return "good";
  return found.every(({ passed }) => passed) ? "noted" : "bad";
}

const lostByMode = (results: DrillResult[]) =>
  (["asynchronous", "synchronous"] as const)
    .map((mode) => `${count(tally(results.filter((run) => run.mode === mode)).lost)} ${mode}`)
    .join(", ");

const tile = (value: string, meaning: string, judgement?: Judgement): Markup =>
  markup`<li class="${judgement}"><b>${value}</b> <span>${meaning}</span></li>`;

/** A run that failed, and why. */
function failure(result: DrillResult): Markup {
  const why = reasons(result).map((reason) => `; ${reason}`);
  const name = markup`✗ <b>${result.id}</b> ${runName(result)}`;
  return markup`<li><a href="#${runAnchor(result)}">${name}</a>${why}</li>`;
}

/** The environment of the drills. */
const setting = ({ platform, machine, timings, skipped }: DrillReport): Markup =>
  markup`<dl class="setting">
    ${entry("platform", platformNames[platform])}
    ${entry("machine", machine)}
    ${Object.entries(timings).map(([name, value]) => entry(name, String(value)))}
    ${skipped.length === 0 ? undefined : entry("not run", plural(skipped.length, "scenario"))}
  </dl>`;

const entry = (name: string, value: string): Markup =>
  markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
