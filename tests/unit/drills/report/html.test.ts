import assert from "node:assert/strict";
import type { DrillReport } from "../../../../drills/result";
import { reportPage } from "../../../../drills/report/html";
import { drillReport, drillResult, outage } from "../../../support/drills";
import { checkedTags, inside, textOf } from "../../../support/pages";

/**
 * A scenario with five runs, of which one failed and another was the slowest, and two scenarios
 * with one.
 */
const results = [
  drillResult({
    id: "H10",
    title: "etcd loses its quorum",
    mode: "synchronous",
    leader: { before: "patroni3", after: "patroni3" },
  }),
  ...[2100, 2500, 25_100, 1900, 2000].map((longest, i) =>
    drillResult({
      run: i + 1,
      writes: { haproxy: outage(longest), pgbouncer: outage(longest - 100, 1) },
      ...(i === 1
        ? {
            passed: false,
            lost: 2,
            expectations: [
              { what: "writes return within 30 s", met: true, seen: "2.5 s" },
              { what: "no write is lost", met: false, seen: "2 lost" },
            ],
          }
        : {}),
    }),
  ),
  drillResult({ id: "H1", title: "a standby killed", splitBrain: { toClients: 0, directly: 14 } }),
];
const skipped = [{ id: "H14", title: "disk full", why: "containers have no disk of their own" }];
const page = reportPage(drillReport(results, { skipped }));

/** The runs of a scenario, as the page has them one after the other. */
const runsIn = (section: string) =>
  [...section.matchAll(/<details class="run" id="[^"]*-run-(\d+)"( open)?>/g)].map(
    ([, run, open]) => `${run ?? ""}${open ?? ""}`,
  );

describe("the page of a report", () => {
  it("is well formed, and needs nothing but itself", () => {
    const tags = checkedTags(page);
    assert.deepEqual(
      tags.filter(({ name }) => ["script", "link", "img", "iframe", "object"].includes(name)),
      [],
    );
    const references = tags.flatMap(({ attributes }) =>
      Object.entries(attributes).filter(([name]) => /^(src|href|xlink:href|on.*)$/.test(name)),
    );
    assert.ok(references.length > 0);
    for (const [name, value] of references) assert.match(`${name}=${value}`, /^href=#/);
    assert.doesNotMatch(inside(page, "style"), /@import|url\((?!#)/);
  });

  it("leads to places that are there", () => {
    const tags = checkedTags(page);
    const ids = tags.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]));
    assert.equal(new Set(ids).size, ids.length);
    const targets = tags.flatMap(({ attributes: { href } }) => (href === undefined ? [] : [href]));
    // A row for each scenario and mode, and the run that failed.
    assert.equal(targets.length, 4);
    for (const target of targets) assert.ok(ids.includes(target.slice(1)), target);
  });

  it("begins with the figures that matter", () => {
    const head = textOf(inside(page, "header"));
    assert.match(head, /^Failure drills of hapg /);
    assert.match(head, /\b6 of 7 runs passed\b/);
    assert.match(head, /\b2 of 86,415 acknowledged writes lost: 2 asynchronous, 0 synchronous\b/);
    assert.match(head, /\b14 split-brain writes: 0 by clients, 14 directly\b/);
    assert.match(
      head,
      /25\.1 s longest write outage: H6 primary's PostgreSQL killed, asynchronous/,
    );
    assert.match(
      head,
      /✗ H6 primary's PostgreSQL killed, asynchronous, run 2 ?; no write is lost \(2 lost\); 2 acknowledged writes lost/,
    );
    assert.match(head, /platform Docker machine 2 cores, 24 GiB patroni\.ttlSeconds 20/);
    assert.match(head, /not run 1 scenario$/);
  });

  it("judges a figure by whether the runs that it comes from passed", () => {
    const judgements = (report: DrillReport) =>
      checkedTags(inside(reportPage(report), "header"))
        .filter(({ name }) => name === "li")
        .map(({ attributes }) => attributes.class);
    assert.deepEqual(judgements(drillReport([drillResult()])), ["good", "good", "good", ""]);
    const [lost, split] = [{ lost: 1 }, { splitBrain: { toClients: 1, directly: 0 } }];
    const failed = { ...split, passed: false };
    assert.deepEqual(
      judgements(drillReport([drillResult(lost), drillResult(split), drillResult(failed)])),
      // The last one is the run that failed.
      ["bad", "noted", "bad", "", undefined],
    );
  });

  it("has a row of figures for each scenario and mode, in order", () => {
    const rows = inside(page, "table")
      .split("<tr")
      .slice(3)
      .map((row) => textOf(`<tr${row}`));
    assert.equal(rows.length, 6);
    assert.deepEqual(
      [rows[0], rows[2], rows[4]],
      ["H1 a standby killed", "H6 primary's PostgreSQL killed", "H10 etcd loses its quorum"],
    );
    const [, , , figures = ""] = rows;
    assert.match(figures, /^asynchronous 4 of 5 HAProxy PgBouncer /);
    assert.match(figures, / 1\.9 \/ 2\.1 \/ 25\.1 \/ 25\.1 1\.8 \/ 2\.0 \/ 25\.0 \/ 25\.0 /);
    assert.match(
      figures,
      / 0\.06 \/ 0\.06 \/ 0\.06 \/ 0\.06 6\.4 \/ 6\.4 \/ 6\.4 \/ 6\.4 2 0 \/ 0$/,
    );
    assert.match(rows[1] ?? "", / 0 0 \/ 14$/);
    assert.match(rows[5] ?? "", /^synchronous 1 of 1 /);
  });

  it("unfolds the runs that failed and the slowest one, and folds the others", () => {
    const [, ...sections] = page.split('<section class="scenario"');
    assert.deepEqual(sections.map(runsIn), [
      ["1 open"],
      ["2 open", "3 open", "1", "4", "5"],
      ["1 open"],
    ]);
    const [alone = "", repeated = ""] = sections;
    assert.equal(repeated.match(/slowest of 5 runs/g)?.length, 1);
    assert.match(textOf(`<section ${repeated}`), /run 3 ✓ passed .* slowest of 5 runs leader/);
    assert.doesNotMatch(alone, /slowest/);
  });

  it("has a run once that failed and was the slowest", () => {
    const slow = { haproxy: outage(9000), pgbouncer: outage(9000) };
    const failed = drillResult({ run: 2, passed: false, writes: slow });
    const [, section = ""] = reportPage(drillReport([drillResult(), failed])).split("<section");
    assert.deepEqual(runsIn(section), ["2 open", "1"]);
    assert.match(section, /slowest of 2 runs/);
  });

  it("says what its marks mean", () => {
    const [, legend = ""] = page.split('<ul class="legend">');
    assert.equal(
      textOf(legend.split("</ul>")[0] ?? ""),
      "writable standby silent: does not answer fault end of the fault what came of it writes per 0.1 s none succeeded",
    );
  });

  it("says of each run what was expected of it and what it found", () => {
    const [, , runs = ""] = page.split('<section class="scenario"');
    const failed = textOf(`<section ${runs.split("</details>")[0] ?? ""}`);
    assert.match(failed, /run 2 ✗ failed write outage: HAProxy 2\.5 s, PgBouncer 2\.4 s/);
    assert.match(failed, /leader patroni1, then patroni2, 2026-11-21 14:03:22Z/);
    assert.match(failed, /✓ writes return within 30 s \(2\.5 s\)/);
    assert.match(failed, /✗ not met: no write is lost \(2 lost\)/);
    assert.match(failed, /write outage, PgBouncer 2\.4 s, 1 failure read outage/);
    assert.match(failed, /acknowledged writes 12,345 of them lost 2 there twice 0/);
    assert.match(failed, /healthy again after 6\.4 s/);
    assert.match(
      failed,
      /Errors that clients received .* writes, PgBouncer 1 0\.06 s 0\.90 s refused/,
    );
    assert.match(runs, /<dt>of them lost<\/dt><dd class="noted">2</);
    assert.match(textOf(page), /leader patroni3, 2026/);
  });

  it("says what was not run, and why", () => {
    assert.match(textOf(page), /Not run H14 disk full: containers have no disk of their own$/);
  });

  it("is a page where nothing was run", () => {
    const empty = reportPage(drillReport([]));
    checkedTags(empty);
    assert.match(textOf(empty), /0 of 0 runs passed/);
    assert.doesNotMatch(empty, /NaN|undefined|<table|Not run/);
  });

  it("is a page where hardly anything was found", () => {
    const bare = drillResult({
      moments: [],
      expectations: [],
      members: {},
      rate: { from: 0, counts: { haproxy: [], pgbouncer: [] } },
      writes: { haproxy: outage(0), pgbouncer: outage(0) },
      healthyAfter: undefined,
    });
    const found = reportPage(drillReport([bare]));
    checkedTags(found);
    assert.doesNotMatch(found, /NaN|undefined|Infinity/);
    assert.match(textOf(found), /healthy again after never/);
  });
});

describe("a text from outside", () => {
  const hostile = `"'><x-evil onload='a&amp;b'></style></title>`;

  /** The same with every text in it hostile that is not one of a few words. */
  function poisoned(value: unknown): unknown {
    if (typeof value === "string") return `${hostile}${value}`;
    if (Array.isArray(value)) return value.map(poisoned);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]: [string, unknown]) =>
        ["mode", "kind", "state", "platform"].includes(key) ? [key, inner] : [key, poisoned(inner)],
      ),
    );
  }

  it("becomes no tag and ends no attribute, wherever it is", () => {
    const report = drillReport([drillResult({ passed: false })], { skipped });
    const { members, ...result } = drillResult({ passed: false });
    const bad = poisoned({ ...report, results: [result] }) as DrillReport;
    const withNames = {
      ...bad,
      timings: { [hostile]: hostile },
      results: bad.results.map((one) => ({
        ...one,
        members: { [hostile]: members.patroni1 ?? [] },
      })),
    };
    const found = reportPage(withNames);
    const tags = checkedTags(found);
    assert.deepEqual(
      tags.filter(({ name }) => name === "x-evil"),
      [],
    );
    assert.deepEqual(
      tags.filter(({ attributes }) => "onload" in attributes),
      [],
    );
    assert.equal(tags.filter(({ name }) => name === "style").length, 1);
    const texts =
      found.split("&quot;&#39;&gt;&lt;x-evil onload=&#39;a&amp;amp;b&#39;&gt;").length - 1;
    // Cluster, machine, timings, titles, moments, expectations, leaders, time, members, errors that
    // clients received, and what was not run.
    assert.ok(texts > 27, `${texts} times`);
  });
});
