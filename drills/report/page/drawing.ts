import { type Markup, markup } from "./markup";

/** A part of a drawing, from 0 downwards. */
export interface Part {
  height: number;
  shapes: Markup;
  /** Apart from the shapes, as lines that run over these must not run over text. */
  texts: Markup;
}

/** The parts, one below the other, and how high they are together. */
export const stacked = (parts: Part[]): Part =>
  parts.reduce(
    ({ height, shapes, texts }, part) => ({
      height: height + part.height,
      shapes: markup`${shapes}${moved(part.shapes, height)}`,
      texts: markup`${texts}${moved(part.texts, height)}`,
    }),
    { height: 0, shapes: markup``, texts: markup`` },
  );

/** The same further down. */
export const moved = (content: Markup, down: number): Markup =>
  markup`<g transform="translate(0 ${down})">${content}</g>`;

/** Width of a character of a drawing's text, in its units: what a wide font needs. */
const characterWidth = 7;

/** Width of a text in a drawing, in its units; rather too much than too little. */
export const textWidth = (text: string) => text.length * characterWidth;

/** As much of a text as fits a width, in a drawing's units. */
export const fitting = (text: string, width: number) =>
  textWidth(text) <= width
    ? text
    : `${text.slice(0, Math.max(0, Math.floor(width / characterWidth) - 1)).trimEnd()}…`;
