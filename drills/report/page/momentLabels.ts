import type { Moment } from "../../result";
import { at } from "../words";
import { fitting, textWidth } from "./drawing";
import type { Scale } from "./scale";

/** Where the label of a moment is in a drawing. */
export interface MomentLabel {
  moment: Moment;
  text: string;
  /** Of the moment. */
  x: number;
  /** On which side of the moment the label is. */
  side: "left" | "right";
  /** The row of the label, from 0 for the lowest one. */
  lane: number;
}

/** Space between a moment and its label. */
export const distance = 8;

/**
 * Labels that do not overlap, by time: to the right of their moments in the left half, to the left
 * in the right half. The line of a moment goes down from its label. Labels that it would cross are
 * above it, as far as possible.
 */
export function momentLabels(moments: Moment[], scale: Scale): MomentLabel[] {
  const labels = [...moments].sort((a, b) => a.at - b.at).map((moment) => unplaced(moment, scale));
  const placed: MomentLabel[] = [];
  while (placed.length < labels.length) {
    const left = labels.filter((label) => !placed.includes(label));
    const runningThrough = left.map((label) => left.filter(({ x }) => holds(label, x)).length);
    // Of several, the latest: its label is the lowest one.
    const next = left[runningThrough.lastIndexOf(Math.min(...runningThrough))];
    if (next === undefined) break;
    const below = placed.filter((other) => overlap(next, other));
    next.lane = Math.max(-1, ...below.map(({ lane }) => lane)) + 1;
    placed.push(next);
  }
  return labels;
}

/** A label at its side, in the lowest row. */
function unplaced(moment: Moment, { x, left, right }: Scale): MomentLabel {
  const here = x(moment.at);
  const side = here < (left + right) / 2 ? "right" : "left";
  const space = (side === "right" ? right - here : here - left) - distance;
  return {
    moment,
    text: fitting(`${at(moment.at)} ${moment.what}`, space),
    x: here,
    side,
    lane: 0,
  };
}

function holds(label: MomentLabel, x: number): boolean {
  const [from, to] = extent(label);
  return from < x && x < to;
}

function overlap(one: MomentLabel, other: MomentLabel): boolean {
  const [from, to] = extent(one);
  const [otherFrom, otherTo] = extent(other);
  return from < otherTo && otherFrom < to;
}

/** The horizontal extent of a label including its moment. */
function extent({ x, text, side }: MomentLabel): [number, number] {
  const width = distance + textWidth(text);
  return side === "right" ? [x, x + width] : [x - width, x];
}
