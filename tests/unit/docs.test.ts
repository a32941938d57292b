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

describe("the pages of the documentation", () => {
  for (const page of pages)
    it(`lead somewhere: ${page}`, () => {
      const text = readFileSync(page, "utf8").replace(/^```[^]*?^```$/gm, "");
      const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
      const broken = links
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [path = "", anchor] = link.split("#");
          const target = path === "" ? page : join(dirname(page), path);
          if (!existsSync(target)) return true;
          return anchor !== undefined && !anchorsOf(target).includes(anchor);
        });
      assert.deepEqual(broken, []);
    });
});
