import assert from "node:assert/strict";
import { join } from "node:path";
import { pythonValue } from "../../support/pythonValue";

const folder = join(__dirname, "..", "..", "..", "programs", "probe");

/** What a Python expression is, beside the probe. No database is asked. */
const valueOf = (expression: string, ...lines: string[]): unknown =>
  pythonValue(
    expression,
    "import sys, time, types",
    // The driver is the services' own, and perhaps not on this machine.
    'sys.modules["psycopg2"] = types.ModuleType("psycopg2")',
    `sys.path.insert(0, ${JSON.stringify(folder)})`,
    "from probe import Endpoint, outage, rendered",
    ...lines,
  );

describe("the probe", () => {
  it("counts no outage while it succeeds each second or nearly so", () => {
    assert.deepEqual(valueOf("[outage(1.0), outage(1.9)]"), [0, 0]);
  });

  it("counts the time beyond the second in which nothing was due", () => {
    assert.deepEqual(valueOf("[outage(3.5), outage(21.0)]"), [2.5, 20]);
  });

  it("shows an outage that goes on, and adds it to those that have ended", () => {
    const text = valueOf(
      "str(rendered([one]))",
      'one = Endpoint("write", "write", "")',
      "one.outage, one.failures, one.successes = 4.0, 6, 100",
      "one.succeeded = time.monotonic() - 11",
    ) as string;
    assert.match(text, /^hapg_probe_success_age_seconds\{endpoint="write"\} 11\.0/m);
    assert.match(text, /^# TYPE hapg_probe_outage_seconds_total counter$/m);
    assert.match(text, /^hapg_probe_outage_seconds_total\{endpoint="write"\} 14\.0/m);
    assert.match(text, /^hapg_probe_failures_total\{endpoint="write"\} 6\.0$/m);
    assert.match(text, /^hapg_probe_working 0\.0$/m);
    assert.doesNotMatch(text, /latency_seconds\{/);
  });

  it("works only if every endpoint does", () => {
    const lines = [
      'all = [Endpoint(name, "read", "") for name in ("read", "write")]',
      "all[0].successes = 1",
    ];
    const working = (more: string) =>
      /^hapg_probe_working (.*)$/m.exec(
        valueOf("str(rendered(all))", ...lines, more) as string,
      )?.[1];
    assert.equal(working(""), "0.0");
    assert.equal(working("all[1].successes = 1"), "1.0");
  });
});
