import assert from "node:assert/strict";
import { percentile, spread, spreadText } from "../../../measure/statistics";

describe("a spread", () => {
  const cases: [number[], number, number, number][] = [
    [[5], 5, 5, 5],
    [[3, 1], 1, 2, 3],
    [[10, 9, 1], 1, 9, 10],
    // Sorted as numbers: as text, 10 comes before 9.
    [[9, 10, 100, 2], 2, 9.5, 100],
    [[4, 4, 4, 1, 7], 1, 4, 7],
  ];
  for (const [values, min, median, max] of cases) {
    it(`of ${values.join(", ")} has the median ${median}`, () => {
      assert.deepEqual(spread(values), { min, median, max, count: values.length });
    });
  }

  it("leaves the list as it is", () => {
    const values = [3, 1, 2];
    spread(values);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it("is written with its digits and count", () => {
    const values = spread([1.25, 2.345, 9]);
    assert.equal(spreadText(values, 2), "1.25 / 2.35 / 9.00 (n = 3)");
    assert.equal(spreadText(spread([1, 2]), 0), "1 / 2 / 2 (n = 2)");
    assert.equal(spreadText(spread([0.04])), "0.0 / 0.0 / 0.0 (n = 1)");
  });
});

describe("a percentile", () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => count - i);
  const cases: [number[], number, number][] = [
    [[7], 95, 7],
    [[7], 1, 7],
    // Nearest rank: of 19 values the 95th is the last, of 20 the one before.
    [upTo(19), 95, 19],
    [upTo(20), 95, 19],
    [upTo(21), 95, 20],
    [upTo(100), 95, 95],
    // 0.55 times 100 is a little more than 55.
    [upTo(100), 55, 55],
    [upTo(100), 100, 100],
    [[15, 20, 35, 40, 50], 40, 20],
    // As text, 100 comes before 9.
    [[9, 10, 100], 50, 10],
    [[1, Infinity, 2], 50, 2],
    [[1, Infinity, 2], 95, Infinity],
  ];
  for (const [values, percent, expected] of cases) {
    it(`${percent} of ${values.length} values is ${expected}`, () => {
      assert.equal(percentile(values, percent), expected);
    });
  }

  it("leaves the list as it is", () => {
    const values = [3, 1, 2];
    percentile(values, 95);
    assert.deepEqual(values, [3, 1, 2]);
  });
});
