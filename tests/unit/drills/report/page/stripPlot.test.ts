import assert from "node:assert/strict";
import { stripAxis, stripPlot, stripScale } from "../../../../../drills/report/page/stripPlot";
import { drillResult, outage } from "../../../../support/drills";
import { checkedTags } from "../../../../support/pages";

describe("the strip plot of write outages", () => {
  const runs = [1000, 2000, 6000].map((longest, i) =>
    drillResult({
      run: i + 1,
      passed: i !== 1,
      writes: { haproxy: outage(longest), pgbouncer: outage(longest + 500) },
    }),
  );
  const slow = drillResult({ writes: { haproxy: outage(9500), pgbouncer: outage(100) } });
  const scale = stripScale([...runs, slow]);
  const tags = checkedTags(stripPlot(runs, scale).text);
  const places = (type: string, attribute: string) =>
    tags.flatMap(({ attributes }) => (attributes.class === type ? [attributes[attribute]] : []));
  /** Nine and a half seconds, the longest of all, over 95 percent of the width. */
  const percent = (milliseconds: number) => `${2 + milliseconds / 100}%`;

  it("has a dot for each run that passed and a cross for each that did not, by route", () => {
    assert.deepEqual(places("run", "cx"), [1000, 6000, 1500, 6500].map(percent));
    assert.deepEqual(places("run failed", "x"), [2000, 2500].map(percent));
    assert.deepEqual(places("run", "cy"), ["11", "11", "33", "33"]);
  });

  it("marks the median and the 95th percentile", () => {
    assert.deepEqual(places("median", "x1"), [2000, 2500].map(percent));
    assert.deepEqual(places("p95", "x1"), [6000, 6500].map(percent));
  });

  it("has the seconds of all plots in common, and an axis that names them", () => {
    assert.deepEqual(scale.ticks, [0, 2000, 4000, 6000, 8000]);
    assert.deepEqual(places("grid", "x1"), scale.ticks.map(percent));
    assert.deepEqual(
      [...stripAxis(scale).text.matchAll(/x="([^"]*)"[^>]*>([^<]*)</g)].map(([, x, text]) => [
        x,
        text,
      ]),
      [0, 2, 4, 6, 8].map((second) => [percent(second * 1000), `${second}`]),
    );
  });
});
