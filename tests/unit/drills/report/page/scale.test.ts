import assert from "node:assert/strict";
import { scaleOver } from "../../../../../drills/report/page/scale";

describe("a scale", () => {
  it("spans all times, wherever they are", () => {
    const { x, from, to } = scaleOver([5000, -1000, 2000], 100, 700, 10);
    assert.deepEqual([from, to], [-1000, 5000]);
    assert.deepEqual([-1000, 0, 2000, 5000].map(x), [100, 200, 400, 700]);
  });

  const ticks: [number[], number, number[]][] = [
    [[-3000, 5200], 12, [-3000, -2000, -1000, 0, 1000, 2000, 3000, 4000, 5000]],
    [
      [-3000, 48_000],
      12,
      [0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 45_000],
    ],
    [[0, 31_200], 6, [0, 10_000, 20_000, 30_000]],
    [[0, 300], 6, [0, 50, 100, 150, 200, 250, 300]],
    [[-120, 100], 3, [-100, 0, 100]],
  ];
  for (const [times, most, expected] of ticks) {
    it(`from ${times.join(" to ")} ms has round times`, () => {
      assert.deepEqual(scaleOver(times, 0, 100, most).ticks, expected);
    });
  }

  it("spans a second where there is no time, or one only", () => {
    for (const times of [[], [4000]]) {
      const { from, to, x } = scaleOver(times, 0, 100, 5);
      assert.equal(to - from, 1000);
      assert.equal(x(from + 500), 50);
    }
  });
});
