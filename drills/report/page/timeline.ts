import type { DrillResult } from "../../result";
import { at, round, routeNames, routes } from "../words";
import { moved, type Part, stacked } from "./drawing";
import { type Markup, markup } from "./markup";
import { memberRows } from "./memberRows";
import { distance, type MomentLabel, momentLabels } from "./momentLabels";
import { momentMark } from "./momentMark";
import { type Scale, scaleOver } from "./scale";
import { bucket, writesChart } from "./writesChart";

/**
 * The drawing's width, and the margins beside the time axis; in units that are pixels on a wide
 * screen.
 */
const [width, names, margin] = [1100, 130, 20];

const [laneHeight, axisHeight] = [18, 24];

/** A run as a drawing: events, each member's states, and writes, over a common time axis. */
export function timeline(result: DrillResult): Markup {
  const scale = scaleOver(times(result), names, width - margin, 12);
  const labels = momentLabels(result.moments, scale);
  const lanes = Math.max(0, ...labels.map(({ lane }) => lane + 1));
  const head = (lanes + 0.5) * laneHeight;
  const y = ({ lane }: MomentLabel) => (lanes - lane - 0.5) * laneHeight;
  const body = stacked([memberRows(result.members, scale), ...charts(result, scale)]);
  const bottom = head + body.height;
  return markup`<svg class="timeline" viewBox="0 0 ${width} ${bottom + axisHeight}" role="img" aria-label="Timeline in seconds since the fault">
    ${moved(markup`${grid(scale, body.height)}${body.shapes}`, head)}
    ${labels.map((label) => momentLine(label, y(label), bottom))}
    ${moved(body.texts, head)}
    ${labels.map((label) => momentText(label, y(label)))}
  </svg>`;
}

/** All times that the drawing shows. */
const times = ({ moments, members, writes, rate }: DrillResult): number[] => [
  ...moments.map((moment) => moment.at),
  ...Object.values(members).flatMap((spans) => spans.flatMap(({ from, to }) => [from, to])),
  ...routes.flatMap((route) => [
    writes[route].from,
    writes[route].to,
    rate.from,
    rate.from + rate.counts[route].length * bucket,
  ]),
];

/** A chart for each endpoint, all with the same scale, which makes them comparable. */
function charts({ writes, rate: { from, counts } }: DrillResult, scale: Scale): Part[] {
  const highest = routes.flatMap((route) => counts[route]).reduce((a, b) => Math.max(a, b), 1);
  return routes.map((route) =>
    writesChart(
      { name: `writes, ${routeNames[route]}`, outage: writes[route], from, counts: counts[route] },
      highest,
      scale,
    ),
  );
}

/** Lines at round times, with their labels below. */
const grid = ({ ticks, x }: Scale, height: number): Markup =>
  markup`${ticks.map(
    (tick) => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${height}"/>
    <text class="tick" x="${x(tick)}" y="${height + axisHeight / 2}">${round(tick)} s</text>`,
  )}`;

const momentLine = ({ moment, x }: MomentLabel, from: number, to: number): Markup =>
  markup`<line class="moment ${moment.kind}" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/>`;

const momentText = ({ moment: { kind, at: time, what }, x, side, text }: MomentLabel, y: number) =>
  markup`<g class="label ${kind}">
    <title>${at(time)} ${what}</title>
    ${momentMark(kind, x, y)}
    <text class="${side}" x="${side === "right" ? x + distance : x - distance}" y="${y}">${text}</text>
  </g>`;
