import assert from "node:assert/strict";
import fc from "fast-check";
import { textWidth } from "../../../../../drills/report/page/drawing";
import { type MomentLabel, momentLabels } from "../../../../../drills/report/page/momentLabels";
import { scaleOver } from "../../../../../drills/report/page/scale";
import type { Moment } from "../../../../../drills/result";

const scale = scaleOver([0, 10_000], 100, 1100, 10);

const seen = (at: number, what: string): Moment => ({ at, what, kind: "seen" });

/** From where to where the text of a label goes. */
const span = ({ x, side, text }: MomentLabel): [number, number] =>
  side === "right" ? [x + 8, x + 8 + textWidth(text)] : [x - 8 - textWidth(text), x - 8];

describe("the labels of moments", () => {
  it("are by time, in rows in which no line runs through another's text", () => {
    const labels = momentLabels(
      [seen(1500, "third moment"), seen(0, "first moment"), seen(600, "second moment")],
      scale,
    );
    assert.deepEqual(
      labels.map(({ text, x, side, lane }) => [text, x, side, lane]),
      // The line of a label goes down on the left of its text, where the texts below have not begun.
      [
        ["0 s first moment", 100, "right", 2],
        ["0.60 s second moment", 160, "right", 1],
        ["1.5 s third moment", 250, "right", 0],
      ],
    );
  });

  it("are in one row where they do not meet", () => {
    const labels = momentLabels([seen(0, "a"), seen(3000, "b"), seen(9900, "c")], scale);
    assert.deepEqual(
      labels.map(({ lane }) => lane),
      [0, 0, 0],
    );
  });

  it("are to the left of what is in the right half, the latest on top", () => {
    const labels = momentLabels([seen(9000, "one moment"), seen(9500, "another moment")], scale);
    assert.deepEqual(
      labels.map(({ side, lane }) => [side, lane]),
      [
        ["left", 0],
        ["left", 1],
      ],
    );
  });

  it("put the first of two moments at once on top", () => {
    const labels = momentLabels([seen(0, "the fault"), seen(0, "what came of it")], scale);
    assert.deepEqual(
      labels.map(({ text, lane }) => [text, lane]),
      [
        ["0 s the fault", 1],
        ["0 s what came of it", 0],
      ],
    );
  });

  it("are cut where they are longer than the drawing", () => {
    const [label] = momentLabels([seen(0, "x".repeat(500))], scale);
    assert.match(label?.text ?? "", /^0 s x{50,}…$/);
  });

  it("never overlap, and never leave the drawing", () => {
    const moment = fc
      .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 120 }))
      .map(([at, length]) => seen(at, "x".repeat(length)));
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 12 }), (moments) => {
        const labels = momentLabels(moments, scale);
        assert.equal(labels.length, moments.length);
        for (const [i, label] of labels.entries()) {
          const [from, to] = span(label);
          assert.ok(from >= scale.left && to <= scale.right, label.text);
          for (const other of labels.slice(i + 1).filter(({ lane }) => lane === label.lane)) {
            const [otherFrom, otherTo] = span(other);
            assert.ok(to <= otherFrom || otherTo <= from, `${label.text} and ${other.text}`);
          }
        }
      }),
    );
  });
});
