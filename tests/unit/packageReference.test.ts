import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { packageReference } from "../../generators/packageReference";

describe("the reference of the package", () => {
  it("is on its page as generated: run npm run docs", () => {
    assert.equal(readFileSync("docs/reference/package.md", "utf8"), packageReference());
  });

  it("explains every public member, and has those of both classes", () => {
    const rows = packageReference()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    assert.deepEqual(
      rows.filter((line) => / \| (``)? *\|$/.test(line)),
      [],
    );
    for (const member of ["endpoints", "stackOutputs()", "get(name)", "caCertificate"])
      assert.ok(
        rows.some((line) => line.startsWith(`| \`${member}\``)),
        member,
      );
    assert.ok(!rows.some((line) => line.includes("building")));
  });
});
