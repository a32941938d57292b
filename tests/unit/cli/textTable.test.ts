import assert from "node:assert/strict";
import { textTable } from "../../../cli/textTable";

describe("a table in text", () => {
  const rows = [
    ["name", "count", "what"],
    ["a", "5", "first"],
    ["longer", "1234567", ""],
  ];

  it("has columns as wide as their widest cell, and no space at a line's end", () => {
    assert.deepEqual(textTable(rows), [
      "name    count    what",
      "a       5        first",
      "longer  1234567",
    ]);
  });

  it("sets figures to the right, with the gap asked for", () => {
    assert.deepEqual(textTable(rows, { right: [1], gap: 1 }), [
      "name     count what",
      "a            5 first",
      "longer 1234567",
    ]);
  });

  it("has no line without a row", () => {
    assert.deepEqual(textTable([]), []);
  });
});
