import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { settingsReference } from "../../../configs/settings/reference";

describe("docs/settings.md", () => {
  it("is what the schema says (npm run docs writes it anew)", () => {
    assert.equal(readFileSync("docs/settings.md", "utf8"), settingsReference());
  });

  it("says what every setting means", () => {
    const silent = settingsReference()
      .split("\n")
      .filter((line) => /^\| `/.test(line) && / {2}\|$/.test(line));
    assert.deepEqual(silent, []);
  });
});
