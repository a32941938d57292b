import assert from "node:assert/strict";
import { paragraph } from "../../../../drills/report/paragraph";

describe("a paragraph for the terminal", () => {
  it("goes on below its first line's text, within 120 columns", () => {
    const words = Array.from({ length: 30 }, () => "switchover").join(" ");
    const lines = paragraph("writes   ", words);
    assert.deepEqual(
      lines.map((line) => line.length),
      [9 + 10 * 11 - 1, 9 + 10 * 11 - 1, 9 + 10 * 11 - 1],
    );
    assert.deepEqual(
      lines.map((line) => line.slice(0, 12)),
      ["writes   swi", "         swi", "         swi"],
    );
  });

  it("fills a line to its last column, and no further", () => {
    assert.equal(paragraph("", `${"a".repeat(60)} ${"b".repeat(59)}`).length, 1);
    assert.equal(paragraph("", `${"a".repeat(60)} ${"b".repeat(60)}`).length, 2);
  });

  it("leaves a word whole that is longer than a line", () => {
    assert.deepEqual(paragraph("  ", `at ${"x".repeat(130)}`), ["  at", `  ${"x".repeat(130)}`]);
  });

  it("lets nothing through that the terminal would obey", () => {
    assert.deepEqual(paragraph("seen  ", "refused\r\n\tby \u001b[2Jit\u0007"), [
      "seen  refused by [2Jit",
    ]);
  });

  it("is its lead where there is no text", () => {
    assert.deepEqual(paragraph("timings  ", ""), ["timings"]);
  });
});
