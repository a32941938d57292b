import type { Outage } from "../../result";
import { inSeconds } from "../words";
import { type Part, textWidth } from "./drawing";
import { type Markup, markup } from "./markup";
import type { Scale } from "./scale";

/** Length of the period of one count, in milliseconds. */
export const bucket = 100;

/** The writes through one endpoint. */
export interface Writes {
  name: string;
  outage: Outage;
  /** Start of the first count, in milliseconds since the fault. */
  from: number;
  counts: number[];
}

const [top, bottom, below] = [22, 62, 6];

/**
 * Writes over time as steps, with their outage marked and labelled.
 * @param highest the count at the full height of the chart, above 0
 */
export function writesChart(writes: Writes, highest: number, scale: Scale): Part {
  const { name, outage } = writes;
  const label = `outage ${inSeconds(outage.longest)}`;
  const [begin, end, half] = [scale.x(outage.from), scale.x(outage.to), textWidth(label) / 2];
  const middle = Math.min(Math.max((begin + end) / 2, scale.left + half), scale.right - half);
  return {
    height: bottom + below,
    shapes: markup`<rect class="outage" x="${begin}" y="${top}" width="${Math.max(end - begin, 1.5)}" height="${bottom - top}"/>
      ${steps(writes, highest, scale)}
      <path class="bracket" d="M${begin} ${top + 5}V${top}H${end}V${top + 5}"/>`,
    texts: markup`<text class="name" x="${scale.left - 10}" y="${top + 12}">${name}</text>
      <text class="name quiet" x="${scale.left - 10}" y="${top + 28}">≤ ${highest} per 0.1 s</text>
      <text class="length" x="${middle}" y="${top - 9}">${label}</text>`,
  };
}

/** An area with a step where a count differs from the previous one: an outage has no steps. */
function steps({ from, counts }: Writes, highest: number, { x }: Scale): Markup {
  const y = (count: number) => bottom - (count / highest) * (bottom - top);
  const changes = counts.flatMap((count, i) =>
    count === counts[i - 1] ? [] : [markup`H${x(from + i * bucket)}V${y(count)}`],
  );
  const last = x(from + counts.length * bucket);
  return markup`<path class="writes" d="M${x(from)} ${bottom}${changes}H${last}V${bottom}Z"/>`;
}
