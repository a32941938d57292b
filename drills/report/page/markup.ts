/** A part of a page that is already HTML or SVG. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Permitted values in a part of a page. */
type Part = Markup | string | number | undefined | Part[];

/**
 * A part of a page from a template. All values are escaped, for text and for quoted attributes,
 * unless they are {@link Markup}, so nothing from a drill can become a tag.
 */
export const markup = (strings: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(strings.reduce((text, string, i) => `${text}${rendered(parts[i - 1])}${string}`));

function rendered(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(rendered).join("");
  // Hundredths of a pixel are not visible.
  return typeof part === "number" ? `${Math.round(part * 10) / 10}` : escaped(part);
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
