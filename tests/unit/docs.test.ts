import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execaSync } from "execa";
import { commands } from "../../cli/commands";
import { findingIds } from "../../operations/diagnose/finding";

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

/** The commands of hapg that a page tells readers to run, in blocks and spans of code. */
function commandsNamedIn(page: string): string[] {
  const text = readFileSync(page, "utf8");
  const blocks = [...text.matchAll(/^ *```[^]*?^ *```$/gm)].flatMap(([block]) => block.split("\n"));
  const spans = text.replace(/^ *```[^]*?^ *```$/gm, "").match(/`[^`]+`/g) ?? [];
  return [...blocks, ...spans.map((span) => span.slice(1))].flatMap(
    (code) => /^(?:npm\s+run\s+-s\s+hapg\s+--|hapg)\s+([a-z-]+)/.exec(code)?.[1] ?? [],
  );
}

/** Options that one section of the page describes for every command, or for several. */
const commonOptions = ["stack", "config-file", "help", "yes", "dry-run", "no-wait", "timeout"];

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

  for (const command of commands)
    it(`describe hapg ${command.name()} with its options in docs/reference/commands.md`, () => {
      const rows = readFileSync("docs/reference/commands.md", "utf8").split("\n");
      const row = rows.find((line) => new RegExp(`^\\| \`hapg ${command.name()}[ \`]`).test(line));
      assert.ok(row !== undefined, `no row of hapg ${command.name()}`);
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

  it("name only commands of hapg that exist", () => {
    const known = commands.flatMap((command) => [command.name(), ...command.aliases()]);
    const unknown = pages.flatMap((page) =>
      commandsNamedIn(page)
        .filter((name) => !known.includes(name))
        .map((name) => `${page}: ${name}`),
    );
    assert.deepEqual(unknown, []);
  });
});
