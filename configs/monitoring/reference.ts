import { parseSettings } from "../settings/parse";
import type { SettingsInput } from "../settings/schema";
import type { Alert } from "./alert";
import { alertsOf } from "./rules";

/** Settings with which a cluster has every alert. */
const withEveryAlert = {
  clusterName: "cluster",
  patroni: { synchronousMode: "on" },
  backup: { enabled: true },
  monitoring: { exporters: true, probe: true },
  platform: "vm",
  vm: {
    hosts: Object.fromEntries(
      ["1", "2", "3"].map((n) => [
        `db${n}`,
        {
          address: `10.0.0.${n}`,
          services: [
            ...[`etcd${n}`, `patroni${n}`],
            ...(n === "1" ? ["haproxy1", "pgbouncer1", "repository1"] : []),
          ],
        },
      ]),
    ),
  },
} satisfies SettingsInput;

/** The reference of all alerts as Markdown, with default thresholds. */
export function alertsReference(): string {
  const sections = Object.entries(alertsOf(parseSettings(withEveryAlert))).map(([group, alerts]) =>
    [
      `## ${group}`,
      "",
      "| alert | severity | after | meaning | what to do |",
      "|---|---|---|---|---|",
      ...alerts.map(row),
      "",
    ].join("\n"),
  );
  return [
    "# Alerts",
    "",
    "The alert rules that `hapg monitoring export` writes, with default thresholds",
    "([settings](../settings.md#hapgmonitoring)). `npm run docs` generates this page.",
    "[How to use them](../how-to/monitoring.md)",
    "",
    "An alert fires within two scrape intervals after the time in the column `after`.",
    "`PostgresNoSynchronousStandby` exists only if `patroni.synchronousMode` is not `off`, and",
    "`PostgresArchiveLate` and the group `backups` only with `backup.enabled`. The groups `database`,",
    "`pooling`, `hosts` and `backups` need `monitoring.exporters`; `hosts` exists on hosts only.",
    "The group `probing` needs `monitoring.probe`.",
    "",
    ...sections,
  ].join("\n");
}

const row = ({ name, severity, forSeconds, summary, description, runbook }: Alert): string => {
  const meaning = `${summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => label.toUpperCase())}. ${description}`;
  const section = runbook.split("#")[1] ?? "";
  const cells = [
    `\`${name}\``,
    severity,
    wait(forSeconds),
    meaning,
    `[${section}](../how-to/${runbook})`,
  ];
  return `| ${cells.join(" | ")} |`;
};

const wait = (seconds: number): string => {
  if (seconds >= 3600) return `${seconds / 3600} h`;
  return seconds >= 120 ? `${seconds / 60} min` : `${seconds} s`;
};
