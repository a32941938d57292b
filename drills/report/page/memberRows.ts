import type { DrillResult, MemberSpan, MemberState } from "../../result";
import { inOrder } from "../repeats";
import { at } from "../words";
import { fitting, type Part, stacked, textWidth } from "./drawing";
import { type Markup, markup } from "./markup";
import type { Scale } from "./scale";

const rowHeight = 26;
const middle = rowHeight / 2;

/** How high a member's bar is: its state is readable without colours. */
const heights: Record<MemberState, number> = { writable: 20, standby: 10, silent: 14 };

/** One row for each member, with a bar for each time in which it was the same. */
export const memberRows = (members: DrillResult["members"], scale: Scale): Part =>
  stacked(
    Object.entries(members)
      .sort(([a], [b]) => inOrder(a, b))
      .map(([name, spans]) => ({
        height: rowHeight,
        shapes: markup`${spans.map((span) => bar(name, span, scale))}`,
        texts: markup`<text class="name" x="${scale.left - 10}" y="${middle}">${fitting(name, scale.left - 10)}</text>
          ${spans.map((span) => stateText(span, scale))}`,
      })),
  );

function bar(name: string, { from, to, state }: MemberSpan, { x }: Scale): Markup {
  const title = markup`<title>${name}: ${state} from ${at(from)} to ${at(to)}</title>`;
  return markup`<g>${title}${stateBar(state, x(from), middle, x(to) - x(from))}</g>`;
}

/** The bar of a state, from `x` on and around the height `y`. */
export const stateBar = (state: MemberState, x: number, y: number, width: number): Markup =>
  markup`<rect class="${state}" x="${x}" y="${y - heights[state] / 2}" width="${width}" height="${heights[state]}"/>`;

/** The state's name in its bar, if there is space for it. */
const stateText = ({ from, to, state }: MemberSpan, { x }: Scale): Markup =>
  textWidth(state) < x(to) - x(from)
    ? markup`<text class="on-${state}" x="${(x(from) + x(to)) / 2}" y="${middle}">${state}</text>`
    : markup``;
