/** A piece of a page that is HTML or SVG already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a piece of a page. */
type Part = Markup | string | number | undefined | Part[];

/**
 * A piece of a page from a template. Everything put into it is escaped, for text and for quoted attributes, unless it
 * is {@link Markup} itself; nothing of what a drill found can become a tag.
 */
export const markup = (strings: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(strings.reduce((text, string, i) => `${text}${rendered(parts[i - 1])}${string}`));

function rendered(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(rendered).join("");
  // Hundredths of a pixel are nobody's business.
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
