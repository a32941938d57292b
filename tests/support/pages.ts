import assert from "node:assert/strict";

/** A tag of a page, without those that end one. */
export interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** Tags of HTML that hold nothing and have no end. */
const empty = ["meta"];

/**
 * The tags of a page or a part of one, in order.
 * @throws {AssertionError} if something is no tag that begins with `<`, or if a tag does not end
 * where it has to
 */
export function checkedTags(page: string): Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const markup = page.replace(/^<!doctype html>/, "").replace(/(<style>)[^<]*(<\/style>)/g, "$1$2");
  const tag = /^<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/;
  for (const piece of markup.split(/(?=<)/).filter((text) => text.startsWith("<"))) {
    const found = tag.exec(piece);
    assert.ok(found, `no tag: ${piece.slice(0, 80)}`);
    assert.doesNotMatch(piece.slice(found[0].length), />/, `> in text: ${piece.slice(0, 80)}`);
    const [, end, name = "", attributes = "", selfClosing] = found;
    if (end === "/") {
      assert.equal(name, open.pop(), "the tag that ends is not the one that began last");
      continue;
    }
    tags.push({ name, attributes: parsedAttributes(attributes) });
    if (selfClosing !== "/" && !empty.includes(name)) open.push(name);
  }
  assert.deepEqual(open, [], "tags that do not end");
  return tags;
}

const parsedAttributes = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );

/** What is inside the first tag with a name. */
export const inside = (page: string, name: string): string =>
  new RegExp(`<${name}[^>]*>([^]*?)</${name}>`).exec(page)?.[1] ?? "";

/** What a person reads of a page: its text without drawings and titles on them, on one line. */
export const textOf = (page: string): string =>
  page
    .replace(/<(style|svg|title)[^>]*>[^]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ")
    .replace(/ (?=[,;)])/g, "")
    .trim();
