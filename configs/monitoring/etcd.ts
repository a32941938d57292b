import type { AlertGroup } from "./alert";
import { withoutQuorum } from "./leadership";

/** Leader changes in 15 minutes that are more than an update or a lost host causes. */
const manyChanges = 4;

/** Share of its quota from which etcd's database is nearly full. */
const nearlyFull = 0.8;

/** The cluster that holds the leader's lease. */
export const etcd: AlertGroup = (cluster) => {
  const { etcdFsyncMilliseconds: milliseconds } = cluster.settings.monitoring;
  const fsync = cluster.series("etcd_disk_wal_fsync_duration_seconds_bucket");
  const used = cluster.series("etcd_mvcc_db_total_size_in_bytes");
  const quota = cluster.series("etcd_server_quota_backend_bytes");
  const changes = cluster.series("etcd_server_leader_changes_seen_total");
  return [
    {
      name: "EtcdNoQuorum",
      severity: "critical",
      forSeconds: 30,
      expression: `${withoutQuorum(cluster)} ${cluster.isSeen}`,
      summary: "etcd has no quorum",
      description: "No failover is possible. Without failsafe mode, the primary stops.",
      runbook: "runbook.md#etcd-no-quorum",
    },
    {
      name: "EtcdLeaderChanges",
      severity: "warning",
      forSeconds: 0,
      expression: `max(increase(${changes}[15m])) >= ${manyChanges}`,
      summary: "etcd's leader changes often",
      description: "Disks, processors or the network are too slow: the lease may be lost.",
      runbook: "monitoring.md#etcds-leader-changes-often",
    },
    {
      name: "EtcdSlowDisk",
      severity: "warning",
      forSeconds: 300,
      expression:
        `histogram_quantile(0.99, max by (service, le) (rate(${fsync}[5m]))) ` +
        `> ${milliseconds / 1000}`,
      summary: `The disk of {{ $labels.service }} needs more than ${milliseconds} ms for a write`,
      description: "Slow writes delay the lease, and a slow majority lets the primary stop.",
      runbook: "monitoring.md#etcds-disk-is-slow",
    },
    {
      name: "EtcdDatabaseFull",
      severity: "warning",
      forSeconds: 300,
      expression: `max by (service) (${used} / ${quota}) > ${nearlyFull}`,
      summary: `The database of {{ $labels.service }} uses more than ${nearlyFull * 100} % of its quota`,
      description: "At the quota, etcd refuses writes, and the primary loses its lease.",
      runbook: "runbook.md#etcd-alarm",
    },
  ];
};
