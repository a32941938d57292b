import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DrillReport, Skipped } from "../result";
import { distribution } from "./page/distribution";
import { headline } from "./page/headline";
import { legend } from "./page/legend";
import { Markup, markup } from "./page/markup";
import { scenario } from "./page/scenario";
import { type Scenario, scenariosOf } from "./repeats";

const style = new Markup(readFileSync(join(__dirname, "page", "style.css"), "utf8"));

/** The report of all drills as a self-contained page: no script, font or picture. */
export function reportPage(report: DrillReport): string {
  const scenarios = scenariosOf(report.results);
  return markup`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Failure drills of ${report.cluster}</title>
    <style>${style}</style>
  </head>
  <body>
    <svg width="0" height="0" class="patterns" aria-hidden="true"><defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2" height="6"/></pattern>
    </defs></svg>
    ${headline(report)}
    ${scenarios.length === 0 ? undefined : outcome(scenarios)}
    ${report.skipped.length === 0 ? undefined : skippedList(report.skipped)}
  </body>
</html>
`.text;
}

const outcome = (scenarios: Scenario[]): Markup =>
  markup`<h2>Outage by client path</h2>
    ${distribution(scenarios)}
    <h2>What happened</h2>
    ${legend()}${scenarios.flatMap(({ modes }) => modes.map(scenario))}`;

const skippedList = (skipped: Skipped[]): Markup =>
  markup`<h2>Not run</h2><ul class="skipped">${skipped.map(notRun)}</ul>`;

const notRun = ({ id, title, why }: Skipped): Markup =>
  markup`<li><b>${id}</b> ${title}: ${why}</li>`;
