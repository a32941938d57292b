import { readFileSync } from "node:fs";

/** Commands that only look; what they print ends by itself. */
const looking = [
  "status",
  "topology",
  "diagnose",
  "events",
  "logs",
  "exec",
  "activity",
  "locks",
  "connect",
];

/** Words of a shell command without variables. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ""));

/** The code of a page: lines of its blocks, and spans. */
export function codeOf(page: string): string[] {
  const text = readFileSync(page, "utf8");
  const blocks = [...text.matchAll(/^ *```[^]*?^ *```$/gm)].flatMap(([block]) =>
    block.replace(/\\\n/g, " ").split("\n"),
  );
  const spans = text.replace(/^ *```[^]*?^ *```$/gm, "").match(/`[^`]+`/g) ?? [];
  // A table has a bar in a cell with a backslash before it.
  return [...blocks, ...spans.map((span) => span.slice(1, -1).replaceAll("\\|", "|"))];
}

/** The words of the commands of hapg that a page names. */
export const hapgCommandsOf = (page: string): string[][] =>
  codeOf(page).flatMap((code) => {
    const line = /^(?:npm\s+run\s+-s\s+hapg\s+--|hapg)\s+(.*)$/.exec(code)?.[1];
    return line === undefined ? [] : [wordsOf(line)];
  });

/**
 * The commands of a page that only look, once each, as they are: no word in capitals stands for
 * another.
 */
export function commandsToLook(page: string): string[][] {
  const all = hapgCommandsOf(page).filter(
    ([command = "", ...words]) =>
      (looking.includes(command) || words.includes("--dry-run")) &&
      !words.some((word) => ["-f", "--follow", "-w", "--watch"].includes(word)) &&
      !words.some((word) => /^[A-Z]+$/.test(word)),
  );
  return [...new Map(all.map((words) => [words.join(" "), words])).values()];
}

/**
 * The lines of a page's blocks that call curl, and those before it in the same block that write
 * files for it.
 */
export const curlLines = (page: string): string[] =>
  codeOf(page).filter((line) => /^(curl|pulumi stack output) /.test(line));
