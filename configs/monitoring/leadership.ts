import type { AlertGroup } from "./alert";

/** Who leads, and whether a failover is possible. */
export const leadership: AlertGroup = (cluster) => {
  const { settings, interval } = cluster;
  const primaries = `sum(${cluster.each("patroni_primary")})`;
  const members = cluster.services("patroni").length;
  const timelines = cluster.each("patroni_postgres_timeline").concat(" > 0");
  const { pausedMinutes, pendingRestartHours } = settings.monitoring;
  return [
    {
      name: "PostgresNoLeader",
      severity: "critical",
      forSeconds: 30,
      expression: `(${primaries} or vector(0)) == 0 ${cluster.isSeen}`,
      summary: "No member is the primary",
      description: "Nothing accepts writes.",
      runbook: "runbook.md#no-leader",
    },
    {
      name: "PostgresTwoLeaders",
      severity: "critical",
      // A value is up to one interval old: after a switchover both members may report to lead.
      forSeconds: 2 * interval,
      expression: `${primaries} > 1`,
      summary: "More than one member reports to be the primary",
      description: "What clients write on one of them may be lost.",
      runbook: "runbook.md#two-primaries",
    },
    {
      name: "PostgresMembersMissing",
      severity: "warning",
      forSeconds: 120,
      expression:
        `${cluster.count(`${cluster.each("patroni_postgres_running")} == 1`)} < ${members} ` +
        cluster.isSeen,
      summary: `Fewer than the ${members} members of the stack file run`,
      description: "The cluster may not survive the next failure.",
      runbook: "runbook.md#member-unreachable",
    },
    {
      name: "PatroniWithoutEtcd",
      severity: "critical",
      forSeconds: 30,
      // Patroni hears from etcd in each loop. Clocks may differ a little.
      expression:
        `time() - ${cluster.each("patroni_dcs_last_seen")} > ${2 * settings.patroni.ttlSeconds} ` +
        `unless on () ${withoutQuorum(cluster)}`,
      summary: "{{ $labels.service }} does not reach etcd, which has a quorum",
      description: "The member cannot lead, nor follow a new primary.",
      runbook: "runbook.md#member-without-etcd",
    },
    {
      name: "PatroniFailsafeActive",
      severity: "critical",
      forSeconds: 30,
      expression: `${cluster.each("patroni_failsafe_mode_is_active")} == 1`,
      summary: "{{ $labels.service }} is in failsafe mode",
      description: "The primary cannot reach etcd. It stops if any member does not answer it.",
      runbook: "runbook.md#failsafe-active",
    },
    {
      name: "PatroniPaused",
      severity: "warning",
      forSeconds: 60 * pausedMinutes,
      expression: `max(${cluster.each("patroni_is_paused")}) == 1`,
      summary: `Automatic failover has been off for ${pausedMinutes} minutes`,
      description: "No standby takes over if the primary fails, until somebody resumes Patroni.",
      runbook: "runbook.md#paused",
    },
    {
      name: "PatroniRestartPending",
      severity: "warning",
      forSeconds: 3600 * pendingRestartHours,
      expression: `${cluster.each("patroni_pending_restart")} == 1`,
      summary: `{{ $labels.service }} has waited ${pendingRestartHours} h for a restart`,
      description: "A changed parameter takes effect only at a restart.",
      runbook: "runbook.md#restart-pending",
    },
    {
      name: "PostgresTimelinesDiffer",
      severity: "warning",
      forSeconds: 600,
      expression: `max(${timelines}) - min(${timelines}) > 0`,
      summary: "Members are on different timelines",
      description: "A standby does not follow the history of the current primary.",
      runbook: "runbook.md#other-timeline",
    },
  ];
};

/** True while fewer than half of etcd's members know a leader. */
export function withoutQuorum(cluster: Parameters<AlertGroup>[0]): string {
  const quorum = Math.floor(cluster.settings.etcd.members / 2) + 1;
  return `${cluster.count(`${cluster.each("etcd_server_has_leader")} == 1`)} < ${quorum}`;
}
