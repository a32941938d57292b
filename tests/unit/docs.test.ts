import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { commands } from "../../cli/commands";
import { findingIds } from "../../operations/diagnose/finding";
import { commandsToLook, hapgCommandsOf } from "../support/pageCommands";

const list = ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"];
const pages = execaSync("git", list).stdout.split("\n");

/** The anchors that a page's headings get on the usual hosts of repositories. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** The links of a page to other files, as they are written. Code blocks have none. */
function linksOf(page: string): string[] {
  const text = readFileSync(page, "utf8").replace(/^ *```[^]*?^ *```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

/**
 * A command of hapg and the words after it: of those that have commands of their own, the one that
 * the words name.
 */
function commandOf(words: string[]) {
  const [name = "", ...rest] = words;
  const isNamed = (one: (typeof commands)[number], by: string) =>
    [one.name(), ...one.aliases()].includes(by);
  const command = commands.find((one) => isNamed(one, name));
  const inner = command?.commands.find((one) => one.name() === rest[0]);
  return inner === undefined ? { command, rest } : { command: inner, rest: rest.slice(1) };
}

/**
 * What is no option of the command, or no command at all, in words that begin with a command's
 * name.
 */
function unknownIn(words: string[]): string[] {
  const { command, rest } = commandOf(words);
  if (command === undefined) return [words[0] ?? ""];
  const end = rest.indexOf("--");
  const known = ["-h", "--help", ...command.options.flatMap(({ short, long }) => [short, long])];
  // Those of Pulumi.
  const takesAll = ["up", "down", "rebuild-etcd", "pulumi"].includes(command.name());
  return rest
    .slice(0, end === -1 ? undefined : end)
    .filter((word) => word.startsWith("-") && !takesAll && !known.includes(word));
}

/** Options that one section of the page describes for every command, or for several. */
const commonOptions = ["stack", "config-file", "help", "yes", "dry-run", "no-wait", "timeout"];

/** Every command and those within, each with its full name. */
const allCommands = commands.flatMap((command) => [
  { command, name: command.name() },
  ...command.commands.map((inner) => ({
    command: inner,
    name: `${command.name()} ${inner.name()}`,
  })),
]);

describe("the pages of the documentation", () => {
  for (const page of pages)
    it(`have no broken link: ${page}`, () => {
      const broken = linksOf(page).filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(target).includes(anchor);
      });
      assert.deepEqual(broken, []);
    });

  it("are all in the index, docs/README.md", () => {
    const listed = linksOf("docs/README.md").map((link) => join("docs", link.split("#")[0] ?? ""));
    const others = pages.filter(
      (page) => page.startsWith("docs/") && page !== "docs/README.md" && existsSync(page),
    );
    assert.deepEqual(
      others.filter((page) => !listed.includes(page)),
      [],
    );
  });

  it("describe every npm script in docs/reference/commands.md", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    const text = readFileSync("docs/reference/commands.md", "utf8");
    const isDescribed = (script: string) =>
      new RegExp(`npm (run )?${script}(?![\\w:-])`).test(text);
    assert.deepEqual(
      Object.keys(scripts).filter((script) => !isDescribed(script)),
      [],
    );
  });

  it("have a section for every finding in docs/how-to/runbook.md, and no other", () => {
    const text = readFileSync("docs/how-to/runbook.md", "utf8");
    const sections = [...text.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);
    assert.deepEqual(sections.toSorted(), [...findingIds].sort());
  });

  for (const { command, name } of allCommands)
    it(`describe hapg ${name} with its options in docs/reference/commands.md`, () => {
      const rows = readFileSync("docs/reference/commands.md", "utf8").split("\n");
      const row = rows.find((line) => new RegExp(`^\\| \`hapg ${name}[ \`]`).test(line));
      assert.ok(row !== undefined, `no row of hapg ${name}`);
      const long = command.options.flatMap(({ long }) => long?.slice(2) ?? []);
      const missing = long.filter(
        (option) => !commonOptions.includes(option) && !row.includes(`--${option}`),
      );
      assert.deepEqual(missing, []);
    });

  it("describe the options that commands share in docs/reference/commands.md", () => {
    const text = readFileSync("docs/reference/commands.md", "utf8");
    assert.deepEqual(
      commonOptions.filter((option) => !new RegExp(`^\\| .*\`--${option}[ \`]`, "m").test(text)),
      [],
    );
  });

  it("name only commands and options of hapg that exist", () => {
    const unknown = pages.flatMap((page) =>
      hapgCommandsOf(page)
        .filter(([name = ""]) => /^[a-z-]+$/.test(name))
        .flatMap((words) => unknownIn(words).map((word) => `${page}: ${words.join(" ")}: ${word}`)),
    );
    assert.deepEqual(unknown, []);
  });

  it("know a command or an option that does not exist", () => {
    assert.deepEqual(unknownIn(["vanish"]), ["vanish"]);
    assert.deepEqual(unknownIn(["logs", "-f", "--service", "x"]), ["--service"]);
    assert.deepEqual(unknownIn(["dump", "load", "FILE", "--out", "x"]), ["--out"]);
    assert.deepEqual(unknownIn(["psql", "--read", "--", "-c", "x"]), []);
  });

  it("name every command that only looks on the page for newcomers, for the end-to-end tests", () => {
    const named = new Set(commandsToLook("docs/how-to/coming-from.md").map(([name]) => name));
    for (const name of [
      "status",
      "topology",
      "events",
      "logs",
      "exec",
      "activity",
      "connect",
      "diagnose",
    ])
      assert.ok(named.has(name), name);
  });
});
