import assert from "node:assert/strict";
import { timeline } from "../../../../../drills/report/page/timeline";
import { drillResult, outage } from "../../../../support/drills";
import { checkedTags } from "../../../../support/pages";

/** Ten seconds, two of them before the fault, over the 950 units right of the names. */
const x = (milliseconds: number) => 130 + ((milliseconds + 2000) / 10_000) * 950;

const near = (actual: string | undefined, expected: number) =>
  assert.ok(Math.abs(Number(actual) - expected) <= 0.1, `${actual ?? "none"}, not ${expected}`);

describe("the timeline of a run", () => {
  const drawing = timeline(drillResult()).text;
  const tags = checkedTags(drawing);
  const withClass = (name: string, type: string) =>
    tags.flatMap((tag) =>
      tag.name === name && tag.attributes.class === type ? [tag.attributes] : [],
    );

  it("has a bar for each time in which a member was the same", () => {
    const expected = {
      writable: [
        [-2000, 50],
        [2050, 8000],
      ],
      standby: [
        [5000, 8000],
        [-2000, 2050],
        [-2000, 8000],
      ],
      silent: [[50, 5000]],
    };
    for (const [state, spans] of Object.entries(expected)) {
      const bars = withClass("rect", state);
      assert.equal(bars.length, spans.length, state);
      for (const [i, [from = 0, to = 0]] of spans.entries()) {
        near(bars[i]?.x, x(from));
        near(bars[i]?.width, x(to) - x(from));
      }
    }
  });

  it("tells states by the height of their bars too", () => {
    const heights = ["writable", "standby", "silent"].map(
      (state) => new Set(withClass("rect", state).map(({ height }) => height)),
    );
    assert.deepEqual(
      heights.map(({ size }) => size),
      [1, 1, 1],
    );
    assert.equal(new Set(heights.flatMap((all) => [...all])).size, 3);
  });

  it("has its members in the order of their numbers", () => {
    const spans = [{ from: 0, to: 1000, state: "standby" as const }];
    const many = timeline(
      drillResult({ members: { patroni10: spans, patroni2: spans, patroni1: spans } }),
    ).text;
    assert.deepEqual(
      [...many.matchAll(/<text class="name"[^>]*>(patroni\d+)</g)].map(([, name]) => name),
      ["patroni1", "patroni2", "patroni10"],
    );
  });

  it("has a line and a label for each moment", () => {
    for (const [kind, times] of Object.entries({ fault: [0], seen: [2050, 6400], undo: [] })) {
      const lines = withClass("line", `moment ${kind}`);
      assert.equal(lines.length, times.length, kind);
      for (const [i, time] of times.entries()) {
        near(lines[i]?.x1, x(time));
        near(lines[i]?.x2, x(time));
      }
    }
    for (const label of ["0 s PostgreSQL of patroni1 killed", "2.0 s patroni2 is writable"]) {
      assert.ok(drawing.includes(`>${label}</text>`), label);
    }
  });

  it("marks the write outage, by route", () => {
    const marks = withClass("rect", "outage");
    assert.equal(marks.length, 2);
    for (const [i, length] of [2100, 2300].entries()) {
      near(marks[i]?.x, x(50));
      near(marks[i]?.width, (length / 10_000) * 950);
    }
    assert.deepEqual(
      [...drawing.matchAll(/>(outage [^<]*)</g)].map(([, text]) => text),
      ["outage 2.1 s", "outage 2.3 s"],
    );
  });

  it("keeps the length of an outage at the end inside", () => {
    const late = { longest: 40, from: 7950, to: 7990, failures: 0, errors: [] };
    const { text } = timeline(drillResult({ writes: { haproxy: late, pgbouncer: late } }));
    const [length] = checkedTags(text).filter(({ attributes }) => attributes.class === "length");
    assert.ok(Number(length?.attributes.x) + ("outage 0.04 s".length * 7) / 2 <= 1080.1);
  });

  it("draws the writes of both routes as steps to one height", () => {
    const [haproxy, pgbouncer] = withClass("path", "writes");
    // 9 is the highest count, and at the top; 8 is an eighth of the 40 units below, and nothing at
    // the bottom.
    assert.equal(haproxy?.d, "M130 62H130V22H320V62H529V22H1080V62Z");
    assert.equal(pgbouncer?.d, "M130 62H130V26.4H320V62H548V26.4H1080V62Z");
    assert.match(drawing, />≤ 9 per 0\.1 s</);
  });

  it("holds what is beyond the members' and the writes' times", () => {
    const late = timeline(
      drillResult({
        moments: [{ at: 58_000, what: "healthy again", kind: "seen" }],
        writes: { haproxy: outage(2100), pgbouncer: outage(2300) },
      }),
    ).text;
    const [line] = checkedTags(late).filter(({ attributes }) => attributes.class === "moment seen");
    near(line?.attributes.x1, 1080);
  });
});
