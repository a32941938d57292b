import { stringify } from "yaml";
import type { Settings } from "../settings/schema";
import { type Alert, type AlertGroup, WatchedCluster } from "./alert";
import { backups } from "./backups";
import { database } from "./database";
import { etcd } from "./etcd";
import { hosts } from "./hosts";
import { leadership } from "./leadership";
import { pooling } from "./pooling";
import { probing } from "./probing";
import { replication } from "./replication";
import { routing } from "./routing";
import { scraping } from "./scraping";

const groups: Record<string, AlertGroup> = {
  ...{ leadership, replication, etcd, routing, scraping },
  ...{ database, pooling, hosts, backups, probing },
};

/** All alerts of a cluster with these settings, by group. */
export function alertsOf(settings: Settings): Record<string, Alert[]> {
  const cluster = new WatchedCluster(settings);
  return Object.fromEntries(Object.entries(groups).map(([name, of]) => [name, of(cluster)]));
}

/** Where the description of an alert is. */
export const runbookUrl = ({ runbook }: Alert, { monitoring }: Settings): string =>
  `${monitoring.documentationUrl}/${runbook}`;

/** The alerts of a cluster as a file of rules for Prometheus. */
export function renderRules(settings: Settings): string {
  const { clusterName: cluster, monitoring } = settings;
  const rule = (alert: Alert) => ({
    alert: alert.name,
    expr: alert.expression,
    ...(alert.forSeconds === 0 ? {} : { for: `${alert.forSeconds}s` }),
    labels: { cluster, severity: alert.severity },
    annotations: {
      summary: `${cluster}: ${alert.summary}`,
      description: alert.description,
      runbook_url: runbookUrl(alert, settings),
    },
  });
  const all = Object.entries(alertsOf(settings)).map(([name, alerts]) => ({
    name: `${cluster}-${name}`,
    interval: `${monitoring.scrapeIntervalSeconds}s`,
    rules: alerts.map(rule),
  }));
  return stringify({ groups: all }, { lineWidth: 0 });
}
