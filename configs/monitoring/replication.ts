import type { AlertGroup, WatchedCluster } from "./alert";

/** Whether standbys follow the primary. */
export const replication: AlertGroup = (cluster) => {
  const { settings, interval } = cluster;
  const { replicationLagMegabytes: megabytes } = settings.monitoring;
  const { applyDelaySeconds } = settings.postgres.recovery;
  const prompt = except(Object.keys(applyDelaySeconds));
  const replayed = cluster.series("patroni_xlog_replayed_location", ...prompt);
  const written = cluster.series("patroni_xlog_location");
  const hasPrimary = `and on () sum(${cluster.each("patroni_primary")}) == 1`;
  return [
    {
      name: "PostgresReplicationLag",
      severity: "warning",
      forSeconds: 120,
      // Members are scraped at different moments. The primary's position of one interval ago is
      // older than any standby's, so a busy primary alone is no lag.
      expression:
        `scalar(max(${written} offset ${interval}s)) - max by (service) (${replayed} > 0) ` +
        `> ${megabytes} * 1048576`,
      summary: `{{ $labels.service }} lags by more than ${megabytes} MiB`,
      description: "The standby applies WAL more slowly than the primary writes it.",
      runbook: "runbook.md#replication-lag",
    },
    {
      name: "PostgresReplayPaused",
      severity: "warning",
      forSeconds: 900,
      expression: `${cluster.each("patroni_xlog_paused", ...prompt)} == 1`,
      summary: "Replay on {{ $labels.service }} has been paused for 15 minutes",
      description: "Reads on the standby are old, and it takes longer to become the primary.",
      runbook: "runbook.md#replay-paused",
    },
    {
      name: "PostgresReplayStopped",
      severity: "warning",
      forSeconds: 60,
      expression:
        `max by (service) (changes(${replayed}[5m])) == 0 and on (service) ` +
        `${cluster.each("patroni_xlog_received_location")} > max by (service) (${replayed}) ` +
        `unless on (service) ${cluster.each("patroni_xlog_paused")} == 1`,
      summary: "{{ $labels.service }} has received WAL and replays none",
      description: "A query or a full disk holds up replay: reads on the standby are old.",
      runbook: "runbook.md#replication-lag",
    },
    {
      name: "PostgresNotStreaming",
      severity: "critical",
      forSeconds: 120,
      expression:
        `${cluster.each("patroni_replica")} == 1 unless on (service) ` +
        `${cluster.each("patroni_postgres_streaming")} == 1 ${hasPrimary}`,
      summary: "{{ $labels.service }} does not stream from the primary",
      description: "The standby falls behind, and WAL for it stays on the primary.",
      runbook: "runbook.md#not-streaming",
    },
    ...synchronous(cluster, hasPrimary),
  ];
};

function synchronous(cluster: WatchedCluster, hasPrimary: string): ReturnType<AlertGroup> {
  const { patroni, postgres } = cluster.settings;
  if (patroni.synchronousMode === "off" || postgres.members === 1) return [];
  const standbys = ["patroni_sync_standby", "patroni_quorum_standby"]
    .map((metric) => `(sum(${cluster.each(metric)}) or vector(0))`)
    .join(" + ");
  return [
    {
      name: "PostgresNoSynchronousStandby",
      severity: "critical",
      forSeconds: 60,
      expression: `(${standbys}) == 0 ${hasPrimary}`,
      summary: "No standby confirms commits, although synchronous mode is on",
      description: patroni.synchronousModeStrict
        ? "Commits wait until a standby confirms them."
        : "A failover now can lose transactions.",
      runbook: "runbook.md#no-synchronous-standby",
    },
  ];
}

/** A matcher that excludes services; none if there are none. */
const except = (services: string[]): string[] =>
  services.length === 0 ? [] : [`service!~"${services.join("|")}"`];
