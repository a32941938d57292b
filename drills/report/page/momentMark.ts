import type { Moment } from "../../result";
import { type Markup, markup } from "./markup";

const shapes: Record<Moment["kind"], string> = {
  fault: "M-6 -5H6L0 6Z",
  undo: "M-6 5H6L0 -6Z",
  seen: "M-4.5 0A4.5 4.5 0 1 1 4.5 0A4.5 4.5 0 1 1 -4.5 0Z",
};

/** The mark of a moment, around a place: its kind is readable without colours. */
export const momentMark = (kind: Moment["kind"], x: number, y: number): Markup =>
  markup`<path class="mark ${kind}" transform="translate(${x} ${y})" d="${shapes[kind]}"/>`;
