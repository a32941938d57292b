import { type Distribution, outages, tally } from "../figures";
import type { Repeats, Scenario } from "../repeats";
import { count, seconds, routeNames, routes } from "../words";
import { anchor } from "./anchors";
import { type Markup, markup } from "./markup";
import { stripAxis, stripPlot, stripScale } from "./stripPlot";
import type { Scale } from "./scale";

/** Outage by client path over the repeats of each scenario, as a table with a plot in each row. */
export function distribution(scenarios: Scenario[]): Markup {
  const runs = scenarios.flatMap(({ modes }) => modes.flatMap((repeats) => repeats.runs));
  const scale = stripScale(runs);
  return markup`<table class="distribution">
    <thead>
      <tr>
        <th></th>
        <th></th>
        <th colspan="3">write outage, in seconds</th>
        <th class="number">read outage</th>
        <th class="number">healthy again after</th>
        <th colspan="2"></th>
      </tr>
      <tr class="units">
        <th>replication</th>
        <th class="number">passed</th>
        <th></th>
        <th class="plot">${stripAxis(scale)}</th>
        ${["", "", ""].map(() => markup`<th class="number">min / <b>median</b> / p95 / max</th>`)}
        <th class="number">lost</th>
        <th class="number">split brain</th>
      </tr>
    </thead>
    ${scenarios.map((scenario) => rows(scenario, scale))}
  </table>
  <p class="note">
    Figures are min / <b>median</b> / p95 (nearest rank) / max, in seconds.
    ● a run, <span class="failed">✕</span> a failed one; thick line: median; dashed line: 95th percentile.
    Split brain: writes that a second writable member accepted, by clients / directly.
  </p>`;
}

/** A scenario, and a row for each mode that it ran in. */
const rows = ({ id, title, modes }: Scenario, scale: Scale): Markup =>
  markup`<tbody>
    <tr class="scenario-title"><th colspan="9" scope="rowgroup">${id} ${title}</th></tr>
    ${modes.map((repeats) => row(repeats, scale))}
  </tbody>`;

function row(repeats: Repeats, scale: Scale): Markup {
  const { mode, runs } = repeats;
  const { writes, reads, healthyAfter } = outages(runs);
  const { passed, lost, splitBrain } = tally(runs);
  const split = `${count(splitBrain.toClients)} / ${count(splitBrain.directly)}`;
  return markup`<tr>
    <th scope="row"><a href="#${anchor(repeats)}">${mode}</a></th>
    ${figure("passed", passed < runs.length, `${passed} of ${runs.length}`)}
    <td class="routes names">${routes.map((route) => markup`<div>${routeNames[route]}</div>`)}</td>
    <td class="plot">${stripPlot(runs, scale)}</td>
    <td class="number routes">${routes.map((route) => markup`<div>${spread(writes[route])}</div>`)}</td>
    <td class="number" data-label="read outage">${spread(reads)}</td>
    <td class="number" data-label="healthy again after">${spread(healthyAfter)}</td>
    ${figure("lost", lost > 0, count(lost))}
    ${figure("split brain", splitBrain.toClients + splitBrain.directly > 0, split)}
  </tr>`;
}

/** @param noted whether to highlight it */
const figure = (label: string, noted: boolean, text: string): Markup =>
  markup`<td class="number ${noted ? "noted" : ""}" data-label="${label}">${text}</td>`;

const spread = ({ min, median, p95, max }: Distribution): Markup =>
  markup`${seconds(min)} / <b>${seconds(median)}</b> / ${seconds(p95)} / ${seconds(max)}`;
