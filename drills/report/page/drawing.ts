import { type Markup, markup } from "./markup";

/** A part of a drawing, from 0 downwards. */
export interface Part {
  height: number;
  shapes: Markup;
  /** Separate from the shapes, because lines over these must not cross text. */
  texts: Markup;
}

/** Stacks the parts, and adds their heights. */
export const stacked = (parts: Part[]): Part =>
  parts.reduce(
    ({ height, shapes, texts }, part) => ({
      height: height + part.height,
      shapes: markup`${shapes}${moved(part.shapes, height)}`,
      texts: markup`${texts}${moved(part.texts, height)}`,
    }),
    { height: 0, shapes: markup``, texts: markup`` },
  );

/** The same part, further down. */
export const moved = (content: Markup, down: number): Markup =>
  markup`<g transform="translate(0 ${down})">${content}</g>`;

/** Width of a character of a drawing's text, in its units, for a wide font. */
const characterWidth = 7;

/** Width of a text in a drawing, in its units; rather overestimated. */
export const textWidth = (text: string) => text.length * characterWidth;

/** The part of a text that fits a width, in a drawing's units. */
export const fitting = (text: string, width: number) =>
  textWidth(text) <= width
    ? text
    : `${text.slice(0, Math.max(0, Math.floor(width / characterWidth) - 1)).trimEnd()}…`;
