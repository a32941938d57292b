import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { alertsOf, renderRules, runbookUrl } from "../../../configs/monitoring/rules";
import type { Alert } from "../../../configs/monitoring/alert";
import type { Settings } from "../../../configs/settings/schema";
import { setUpPrometheus } from "../../../toolchain/steps/prometheus.mjs";
import { KnownGood } from "../knownGood";
import type { AlertCase } from "./cases";
import { healthySeries, type Series } from "./watched";

/** When the fault of a test begins, in seconds: a few evaluations find nothing before. */
const begins = 120;

/** One run of Prometheus's rules. */
export interface RuleTest {
  name: string;
  settings: Settings;
  tested: AlertCase;
  /** Alerts that fire at moments, in seconds after the fault, with their services. */
  expected: { after: number; fires: Record<string, string[]> }[];
}

/** Runs `promtool`. @returns its output @throws {Error} with its output if it fails */
export async function promtool(folder: string, ...words: string[]): Promise<string> {
  const { promtool: program } = await setUpPrometheus();
  const { all = "", exitCode } = await execa(program, words, {
    cwd: folder,
    all: true,
    reject: false,
  });
  if (exitCode !== 0) throw new Error(`promtool ${words.join(" ")}: ${all}`);
  return all;
}

/**
 * Runs a test of the alert rules of its settings, unless the same test passed the last time. At each
 * moment no other alert may fire than those expected.
 * @throws {Error} with what promtool has found
 */
export async function testRules(test: RuleTest): Promise<void> {
  const rules = renderRules(test.settings);
  const file = stringify(asFile(test, "rules.yml"), { lineWidth: 0 });
  const good = new KnownGood(`alert rules, ${test.name}`, rules, file);
  if (good.isKnown()) return;
  const folder = mkdtempSync(join(tmpdir(), "hapg-rules-"));
  try {
    writeFileSync(join(folder, "rules.yml"), rules);
    writeFileSync(join(folder, "test.yml"), file);
    await promtool(folder, "test", "rules", "test.yml");
    good.note();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function asFile({ name, settings, tested, expected }: RuleTest, rules: string): object {
  const step = settings.monitoring.scrapeIntervalSeconds;
  const end = begins + Math.max(...expected.map(({ after }) => after)) + step;
  const alerts = Object.values(alertsOf(settings)).flat();
  return {
    rule_files: [rules],
    evaluation_interval: `${step}s`,
    tests: [
      {
        name,
        interval: `${step}s`,
        input_series: tested.fault(healthySeries(settings), begins).map((one) => ({
          series: selector(one),
          values: valuesOf(one, end, step),
        })),
        alert_rule_test: expected.flatMap(({ after, fires }) =>
          alerts.map((alert) => ({
            eval_time: `${begins + after}s`,
            alertname: alert.name,
            exp_alerts: (fires[alert.name] ?? []).map((words) =>
              expectedAlert(alert, words, settings),
            ),
          })),
        ),
      },
    ],
  };
}

const selector = ({ metric, labels }: Series) =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;

/** All samples in promtool's notation. A target that falls silent ends its series. */
function valuesOf({ value }: Series, end: number, step: number): string {
  const all = Array.from({ length: Math.ceil(end / step) + 1 }, (_, i) => value(i * step));
  return all
    .map((one, i) => {
      if (one !== undefined) return String(one);
      return i > 0 && all[i - 1] !== undefined ? "stale" : "_";
    })
    .join(" ");
}

/**
 * @param words the service that the alert names, and its proxy or `LABEL=VALUE`; empty if it names
 * none
 */
function expectedAlert(alert: Alert, words: string, settings: Settings): object {
  const named = Object.fromEntries(
    words
      .split(" ")
      .filter((word) => word !== "")
      .map((word, i): [string, string] => {
        const [label = "", value] = word.split("=");
        return value === undefined ? [i === 0 ? "service" : "proxy", word] : [label, value];
      }),
  );
  const { clusterName: cluster } = settings;
  const filled = Object.entries(named).reduce(
    (text, [label, value]) => text.replaceAll(`{{ $labels.${label} }}`, value),
    alert.summary,
  );
  return {
    exp_labels: { cluster, severity: alert.severity, ...named },
    exp_annotations: {
      summary: `${cluster}: ${filled}`,
      description: alert.description,
      runbook_url: runbookUrl(alert, settings),
    },
  };
}
