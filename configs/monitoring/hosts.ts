import { freeShare } from "../postgres/limits";
import type { AlertGroup } from "./alert";

/** File systems that hold data: not those in memory, and not those that can never be written. */
const ofDisks = 'fstype!~"tmpfs|ramfs|squashfs|iso9660|erofs"';

/** A disk that is emptier than this does not fill up within a day by what a day usually brings. */
const watchedShare = 0.5;

/** What the node exporters show. */
export const hosts: AlertGroup = (cluster) => {
  if (cluster.services("nodeexporter").length === 0) return [];
  const free = cluster.series("node_filesystem_avail_bytes", ofDisks);
  const size = cluster.series("node_filesystem_size_bytes", ofDisks);
  const each = (expression: string) => `min by (host, mountpoint) (${expression})`;
  const share = each(`${free} / (${size} > 0)`);
  return [
    {
      name: "HostDiskNearlyFull",
      severity: "warning",
      forSeconds: 300,
      expression: `${share} < ${freeShare.warning}`,
      summary: "{{ $labels.mountpoint }} of {{ $labels.host }} is nearly full",
      description: `Less than ${freeShare.warning * 100} % are free. PostgreSQL and etcd stop on a full disk.`,
      runbook: "runbook.md#disk-nearly-full",
    },
    {
      name: "HostDiskFullWithinDay",
      severity: "warning",
      forSeconds: 900,
      expression:
        `${each(`predict_linear(${free}[6h], 86400)`)} < 0 ` +
        `and on (host, mountpoint) ${share} < ${watchedShare}`,
      summary: "{{ $labels.mountpoint }} of {{ $labels.host }} is full within a day",
      description: "As it fills up since six hours ago. PostgreSQL and etcd stop on a full disk.",
      runbook: "runbook.md#disk-nearly-full",
    },
    {
      name: "NodeExporterDown",
      severity: "warning",
      forSeconds: 60,
      expression:
        `max by (host) (${cluster.series("up", `job="${cluster.job("nodeexporter")}"`)}) == 0 ` +
        cluster.isSeen,
      summary: "The node exporter of {{ $labels.host }} does not answer",
      description: "The host is down, or no alert on its disks can be raised.",
      runbook: "monitoring.md#an-exporter-has-no-metrics",
    },
  ];
};
