import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execaSync } from "execa";

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
});
