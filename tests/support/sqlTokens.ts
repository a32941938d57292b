import assert from "node:assert/strict";
import fc from "fast-check";

/** A piece of SQL with its quotes taken off, as PostgreSQL and psql divide it. */
export interface Token {
  kind: "identifier" | "string" | "other";
  text: string;
}

const tokenPattern =
  /\s+|--[^\n]*|"(?<identifier>(?:[^"]|"")*)"|'(?<string>(?:[^']|'')*)'|\$\$(?<body>.*?)\$\$|(?<other>;|\\\w+|[^\s"'$;\\]+)/gsy;

/**
 * Divides a script.
 * @throws {assert.AssertionError} where a quote is left open
 */
export function tokens(script: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of script.matchAll(tokenPattern)) {
    end = match.index + match[0].length;
    const { identifier: name, string, body, other } = match.groups ?? {};
    if (name !== undefined) found.push({ kind: "identifier", text: name.replaceAll('""', '"') });
    if (string !== undefined) found.push({ kind: "string", text: string.replaceAll("''", "'") });
    if (body !== undefined) found.push({ kind: "string", text: body });
    if (other !== undefined) found.push({ kind: "other", text: other });
  }
  assert.equal(end, script.length, `cannot be read from here: ${script.slice(end, end + 80)}`);
  return found;
}

/** The script's tokens with names replaced; statements that psql runs from a string are divided too. */
export function shape(script: string, names: Record<string, string>): unknown[] {
  return tokens(script).map(({ kind, text }) => {
    if (kind === "string" && text.startsWith("SCRAM-SHA-256$")) return [kind, "verifier"];
    if (kind === "string" && /^(CREATE|ALTER) /.test(text)) return shape(text, names);
    return [kind, kind !== "other" && Object.hasOwn(names, text) ? names[text] : text];
  });
}

/** Names that end one kind of quoting or another. */
export const hostile = [
  ...["'", '"', "''", '""', "\\", "\\'", "$$", "$1", "%s", ";", "--", "/*", ":name", ":'name'"],
  ...['"; DROP ROLE postgres; --', "'; DROP ROLE postgres; --", "\\gexec", "$$; SELECT 1; $$"],
  ...["Mixed Case", "naïve 日本 🐘", " ", "user", "a\\", "__proto__"],
];

/** Any name that PostgreSQL takes, and most often one that is hard to quote. */
export const anyName = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("'", '"', "\\", "$", ";", "-", ":", " "),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 20,
  })
  .filter((text) => !text.includes("\0"));
