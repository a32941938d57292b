// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reporter, seconds } from "../lib/report.mjs";

/** @param {boolean} isTTY */
function reporter(isTTY) {
  /** @type {string[]} */
  const written = [];
  const report = new Reporter({
    isTTY,
    columns: 40,
    write: (/** @type {string} */ text) => written.push(text),
  });
  return { report, written };
}

test("a step is one line", () => {
  const { report, written } = reporter(false);
  report.line("engine", "pulumi 3.232.0");
  assert.deepEqual(written, ["engine       pulumi 3.232.0\n"]);
});

for (const { isTTY, wait, says, want } of [
  { isTTY: false, wait: 41_000, says: "a plain line now and then", want: ["20 s\n", "40 s\n"] },
  { isTTY: true, wait: 2_500, says: "a line that is renewed", want: ["1.0 s", "2.0 s"] },
]) {
  test(`long work is shown by ${says}`, async (t) => {
    t.mock.timers.enable({ apis: ["setInterval", "Date"] });
    const { report, written } = reporter(isTTY);
    /** @type {(value: string) => void} */
    let finish = () => {};
    const work = report.during("build", () => new Promise((resolve) => (finish = resolve)));
    for (let passed = 0; passed < wait; passed += 500) t.mock.timers.tick(500);
    finish("result");
    assert.equal(await work, "result");
    const lines = written.filter((text) => text.includes("build"));
    assert.deepEqual(
      lines.map((line) => line.replace(/^\.\.\. +build /, "")),
      want,
    );
    const cleared = written.filter((text) => text === "\r\u001b[2K").length;
    assert.equal(cleared, isTTY ? 2 : 0, "each line of a terminal is wiped");
    t.mock.timers.tick(wait);
    assert.equal(
      written.filter((text) => text.includes("build")).length,
      2,
      "nothing after it ends",
    );
  });
}

test("time spans are in words", () => {
  assert.equal(seconds(440), "0.4 s");
  assert.equal(seconds(35_400), "35 s");
  assert.equal(seconds(125_000), "2 min 5 s");
});
