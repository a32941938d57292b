import assert from "node:assert/strict";
import fc from "fast-check";
import { spread, testFiles } from "../fileTimes";

describe("test files in groups", () => {
  it("are each in one group, in their order", () => {
    const costs = fc.array(fc.integer({ min: 0, max: 1000 }));
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 4 }), (all, count) => {
        const items = all.map((cost, index) => ({ cost, index }));
        const groups = spread(items, count, ({ cost }) => cost);
        assert.equal(groups.length, count);
        const indices = groups.map((group) => group.map(({ index }) => index));
        const inOrder = (one: number[]) => one.toSorted((a, b) => a - b);
        assert.deepEqual(indices, indices.map(inOrder));
        assert.deepEqual(inOrder(indices.flat()), [...items.keys()]);
      }),
    );
  });

  it("take about as long in one group as in another", () => {
    assert.deepEqual(spread([1, 9, 2, 3, 4, 1], 2, Number), [
      [1, 9],
      [2, 3, 4, 1],
    ]);
  });

  it("are found in subfolders", () => {
    const files = testFiles("tests/unit");
    assert.ok(files.includes("tests/unit/fileTimes.test.ts"));
    assert.ok(files.includes("tests/unit/components/connections.test.ts"));
  });
});
