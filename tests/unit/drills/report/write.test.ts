import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportPage } from "../../../../drills/report/html";
import { writeReport } from "../../../../drills/report/write";
import { drillReport, drillResult } from "../../../support/drills";

describe("a report that is written", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-drill-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const report = drillReport([drillResult()]);

  it("is there for programs and for people, in a folder that was not there", () => {
    const { json, html } = writeReport(report, join(folder, "a", "b"));
    assert.equal(json, join(folder, "a", "b", "drill.json"));
    assert.equal(html, join(folder, "a", "b", "drill.html"));
    assert.deepEqual(JSON.parse(readFileSync(json, "utf8")), report);
    assert.match(readFileSync(json, "utf8"), /^\{\n {2}"cluster": "hapg",\n[^]*\n\}\n$/);
    assert.equal(readFileSync(html, "utf8"), reportPage(report));
  });

  it("takes the place of the one before", () => {
    writeReport(report, folder);
    const { json } = writeReport({ ...report, cluster: "b", results: [] }, folder);
    const { cluster, results } = JSON.parse(readFileSync(json, "utf8")) as typeof report;
    assert.deepEqual([cluster, results], ["b", []]);
  });
});
