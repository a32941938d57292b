import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { alertsReference } from "../../../../configs/monitoring/reference";

describe("docs/reference/alerts.md", () => {
  it("is what the rules say (npm run docs writes it anew)", () => {
    assert.equal(readFileSync("docs/reference/alerts.md", "utf8"), alertsReference());
  });
});
