import type { DrillResult, Expectation, Outage, ClientError } from "../../result";
import { at, count, inSeconds, plural, routeNames, routes } from "../words";
import { runAnchor } from "./anchors";
import { type Markup, markup } from "./markup";
import { timeline } from "./timeline";
import { verdict } from "./verdict";

/**
 * A run: a summary and, unfolded, its figures, its timeline and its expectations.
 * @param note what is special about it
 */
export function run(result: DrillResult, { open, note }: { open: boolean; note?: string }): Markup {
  const { passed, startedAt, leader, writes, expectations } = result;
  const outages = routes.map((route) => `${routeNames[route]} ${inSeconds(writes[route].longest)}`);
  return markup`<details class="run" id="${runAnchor(result)}"${open ? markup` open` : undefined}>
    <summary>
      <b>run ${result.run}</b> ${verdict(passed)}
      <span>write outage: ${outages.join(", ")}</span>
      ${note === undefined ? undefined : markup`<span class="chip">${note}</span>`}
      <span class="quiet">${succession(leader)}, <time datetime="${startedAt}">${readable(startedAt)}</time></span>
    </summary>
    <ul class="expectations">${expectations.map(expectation)}</ul>
    <div class="scroll">${timeline(result)}</div>
    ${figures(result)}
    ${clientsWereTold(result)}
  </details>`;
}

const succession = ({ before, after }: DrillResult["leader"]) =>
  before === after ? `leader ${before}` : `leader ${before}, then ${after}`;

function expectation({ what, met, seen }: Expectation): Markup {
  const instead = seen === undefined ? "" : markup` <span class="quiet">(${seen})</span>`;
  const [kind, mark] = met ? ["met", "✓"] : ["unmet", "✗ not met:"];
  return markup`<li class="${kind}">${mark} ${what}${instead}</li>`;
}

function figures(result: DrillResult): Markup {
  const { writes, reads, acknowledged, lost, duplicated, splitBrain, healthyAfter } = result;
  return markup`<dl class="figures">
    ${routes.map((route) => figure(`write outage, ${routeNames[route]}`, outageText(writes[route])))}
    ${figure("read outage", outageText(reads))}
    ${figure("acknowledged writes", count(acknowledged))}
    ${figure("of them lost", count(lost), lost > 0)}
    ${figure("there twice", count(duplicated), duplicated > 0)}
    ${figure("split brain, by clients", count(splitBrain.toClients), splitBrain.toClients > 0)}
    ${figure("split brain, directly", count(splitBrain.directly), splitBrain.directly > 0)}
    ${figure("healthy again after", inSeconds(healthyAfter ?? Infinity), healthyAfter === undefined)}
  </dl>`;
}

/** The errors of the clients of each endpoint, in order of occurrence. */
function clientsWereTold({ writes, reads }: DrillResult): Markup | undefined {
  const rows = [
    ...routes.flatMap((route) =>
      writes[route].errors.map((one) => errorRow(`writes, ${routeNames[route]}`, one)),
    ),
    ...reads.errors.map((one) => errorRow("reads", one)),
  ];
  if (rows.length === 0) return undefined;
  return markup`<div class="scroll"><table class="errors">
      <caption>Errors that clients received</caption>
      <tr><th>clients</th><th>times</th><th>first</th><th>last</th><th>error</th></tr>
      ${rows}
    </table></div>`;
}

const errorRow = (clients: string, { reason, times, first, last }: ClientError): Markup =>
  row([clients, count(times), at(first), at(last), reason]);

const row = (cells: string[]): Markup =>
  markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;

/** @param noted whether to highlight it */
const figure = (name: string, value: string, noted = false): Markup =>
  markup`<div><dt>${name}</dt><dd class="${noted ? "noted" : ""}">${value}</dd></div>`;

const outageText = ({ longest, failures }: Outage) =>
  `${inSeconds(longest)}, ${plural(failures, "failure")}`;

/** `2026-11-21 14:03:22Z` */
const readable = (iso: string) => iso.replace("T", " ").replace(/\.\d+/, "");
