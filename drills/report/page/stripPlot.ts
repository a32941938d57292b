import type { DrillResult } from "../../result";
import { outages, writeOutage } from "../figures";
import { inSeconds, round, routeNames, routes } from "../words";
import { type Markup, markup } from "./markup";
import { type Scale, scaleOver } from "./scale";

const laneHeight = 22;

/** The range in seconds of all strip plots of a report, in percent of their width. */
export const stripScale = (results: DrillResult[]): Scale =>
  scaleOver([0, ...results.map(writeOutage)], 2, 97, 6);

/** Write outages of each run, a lane for each endpoint, with the median and the 95th percentile. */
export function stripPlot(runs: DrillResult[], scale: Scale): Markup {
  const { writes } = outages(runs);
  const lanes = routes.map((route, i) => {
    const middle = (i + 0.5) * laneHeight;
    const { median, p95 } = writes[route];
    return markup`<line class="lane" x1="${scale.left}%" x2="${scale.right}%" y1="${middle}" y2="${middle}"/>
      ${runs.map((run) => runMark(run, routeNames[route], run.writes[route].longest, middle, scale))}
      ${percentileMark("p95", p95, middle, scale)}
      ${percentileMark("median", median, middle, scale)}`;
  });
  return markup`<svg class="strip" width="100%" height="${routes.length * laneHeight}" role="img" aria-label="Write outage in each run, in seconds">
    ${scale.ticks.map((tick) => markup`<line class="grid" x1="${scale.x(tick)}%" x2="${scale.x(tick)}%" y1="0" y2="100%"/>`)}
    ${lanes}
  </svg>`;
}

/** The seconds of the scale, for the head of a column of plots. */
export const stripAxis = ({ ticks, x }: Scale): Markup =>
  markup`<svg class="strip" width="100%" height="16" aria-hidden="true">
    ${ticks.map((tick) => markup`<text class="tick" x="${x(tick)}%" y="8">${round(tick)}</text>`)}
  </svg>`;

/** A run: a dot, or a cross if it failed. */
function runMark(
  { run, passed }: DrillResult,
  route: string,
  longest: number,
  y: number,
  scale: Scale,
): Markup {
  const title = markup`<title>run ${run}, ${route}: ${inSeconds(longest)}</title>`;
  return passed
    ? markup`<circle class="run" cx="${scale.x(longest)}%" cy="${y}" r="4">${title}</circle>`
    : markup`<text class="run failed" x="${scale.x(longest)}%" y="${y}">✕${title}</text>`;
}

const percentileMark = (kind: "median" | "p95", value: number, y: number, scale: Scale): Markup =>
  markup`<line class="${kind}" x1="${scale.x(value)}%" x2="${scale.x(value)}%" y1="${y - 9}" y2="${y + 9}"/>`;
