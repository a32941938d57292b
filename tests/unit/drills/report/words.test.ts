import assert from "node:assert/strict";
import { at, count, inSeconds, plural, round } from "../../../../drills/report/words";

describe("a time in a drill's report", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [4, "0 s"],
    [5, "0.01 s"],
    [63, "0.06 s"],
    [994, "0.99 s"],
    // Not 1.00 s next to 1.0 s.
    [995, "1.0 s"],
    [2149, "2.1 s"],
    [99_949, "99.9 s"],
    [99_950, "100 s"],
    [143_400, "143 s"],
    [Infinity, "never"],
  ];
  for (const [milliseconds, text] of cases) {
    it(`of ${milliseconds} ms is ${text}`, () => {
      assert.equal(inSeconds(milliseconds), text);
    });
  }

  it("before the fault has a sign", () => {
    assert.equal(at(-2100), "\u22122.1 s");
    assert.equal(at(0), "0 s");
    assert.equal(at(2100), "2.1 s");
  });

  it("that is round has no digit too much", () => {
    assert.deepEqual([-500, 0, 20_000].map(round), ["\u22120.5", "0", "20"]);
  });
});

describe("a number in a drill's report", () => {
  it("has its thousands apart", () => {
    assert.equal(count(1_234_567), "1,234,567");
  });

  it("goes with its noun", () => {
    assert.deepEqual(
      [0, 1, 2000].map((number) => plural(number, "run")),
      ["0 runs", "1 run", "2,000 runs"],
    );
  });
});
