import assert from "node:assert/strict";
import { distributionMarkdown } from "../../../../drills/report/markdown";
import { distributionTable } from "../../../../drills/report/table";
import { drillResult, outage } from "../../../support/drills";

/** Scenarios of which one is repeated, one has failed and one has run in both modes. */
const results = [
  drillResult({
    id: "H10",
    title: "etcd loses its quorum",
    lost: 2,
    passed: false,
    splitBrain: { toClients: 1, directly: 30 },
    writes: { haproxy: outage(131_200), pgbouncer: outage(131_400) },
    healthyAfter: undefined,
  }),
  drillResult({ mode: "synchronous" }),
  ...[1900, 2100, 25_100].map((longest, i) =>
    drillResult({
      run: i + 1,
      writes: { haproxy: outage(longest), pgbouncer: outage(longest + 200) },
      reads: outage(longest / 100),
      healthyAfter: longest * 3,
      lost: i,
    }),
  ),
];

describe("the table of what outage", () => {
  it("is as expected", () => {
    assert.deepEqual(distributionTable(results).split("\n"), [
      "                          | writes, HAProxy   | writes, PgBouncer | reads               | healthy again",
      "        passed lost split | min med  p95  max | min med  p95  max |  min  med  p95  max |   min   med   p95   max",
      "H6  primary's PostgreSQL killed",
      "  async    3/3    3   0/0 | 1.9 2.1 25.1 25.1 | 2.1 2.3 25.3 25.3 | 0.02 0.02 0.25 0.25 |   5.7   6.3  75.3  75.3",
      "  sync     1/1    0   0/0 | 2.1 2.1  2.1  2.1 | 2.3 2.3  2.3  2.3 | 0.06 0.06 0.06 0.06 |   6.4   6.4   6.4   6.4",
      "H10  etcd loses its quorum",
      "  async    0/1    2  1/30 | 131 131  131  131 | 131 131  131  131 | 0.06 0.06 0.06 0.06 | never never never never",
      "In seconds. split: writes that a second writable member accepted, by clients/directly.",
    ]);
  });

  it("fits a terminal of 120 columns, however long what took", () => {
    const worst = drillResult({
      writes: { haproxy: outage(612_000), pgbouncer: outage(990_000) },
      reads: outage(610),
      healthyAfter: undefined,
    });
    const many = Array.from({ length: 100 }, () => drillResult({ lost: 90 }));
    const widths = distributionTable([...many, worst])
      .split("\n")
      .map((line) => line.length);
    assert.ok(Math.max(...widths) <= 120, `${Math.max(...widths)} columns`);
  });
});

describe("the same table in Markdown", () => {
  it("is as expected", () => {
    assert.deepEqual(distributionMarkdown(results).split("\n"), [
      "| drill | passed | write outage, HAProxy | write outage, PgBouncer | read outage | healthy again after | lost | split brain, by clients / directly |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
      "| H6 primary's PostgreSQL killed, asynchronous | 3 of 3 | 1.9 / 2.1 / 25.1 / 25.1 s | 2.1 / 2.3 / 25.3 / 25.3 s | 0.02 / 0.02 / 0.25 / 0.25 s | 5.7 / 6.3 / 75.3 / 75.3 s | 3 | 0 / 0 |",
      "| H6 primary's PostgreSQL killed, synchronous | 1 of 1 | 2.1 / 2.1 / 2.1 / 2.1 s | 2.3 / 2.3 / 2.3 / 2.3 s | 0.06 / 0.06 / 0.06 / 0.06 s | 6.4 / 6.4 / 6.4 / 6.4 s | 0 | 0 / 0 |",
      "| H10 etcd loses its quorum, asynchronous | 0 of 1 | 131 / 131 / 131 / 131 s | 131 / 131 / 131 / 131 s | 0.06 / 0.06 / 0.06 / 0.06 s | never / never / never / never s | 2 | 1 / 30 |",
    ]);
  });

  it("has no cell that a title could break", () => {
    const [, , row = ""] = distributionMarkdown([
      drillResult({ title: "a|b\n`c` <d> *e* \\" }),
    ]).split("\n");
    assert.match(row, /^\| H6 a\\\|b \\`c\\` \\<d\\> \\\*e\\\* \\\\, asynchronous \|/);
    assert.equal(row.replace(/\\./g, "").split("|").length, 10);
  });
});
