import type { AlertGroup } from "./alert";

/** What PgBouncer's exporters show. */
export const pooling: AlertGroup = (cluster) => {
  const { monitoring, pgbouncer } = cluster.settings;
  if (!monitoring.exporters) return [];
  const { saturationPercent, poolWaitSeconds } = monitoring;
  const waited = cluster.series("pgbouncer_pools_client_maxwait_seconds");
  const hasPrimary = `and on () sum(${cluster.each("patroni_primary")}) == 1`;
  return [
    {
      name: "PgbouncerDown",
      severity: "critical",
      forSeconds: 20,
      expression: `${cluster.each("pgbouncer_up")} == 0`,
      summary: "{{ $labels.service }} does not answer",
      description: "Clients that connect to it are refused.",
      runbook: "runbook.md#pool-unreachable",
    },
    {
      name: "PgbouncerPaused",
      severity: "critical",
      forSeconds: 60,
      expression: `${cluster.each("pgbouncer_databases_paused")} == 1`,
      summary: "{{ $labels.service }} is paused",
      description: "Its clients wait until somebody resumes it.",
      runbook: "runbook.md#pool-paused",
    },
    {
      name: "PgbouncerClientsWait",
      severity: "warning",
      forSeconds: 60,
      // Without a primary all clients wait, and another alert says so.
      expression:
        `max by (service, database) (${waited}) > ${poolWaitSeconds} ${hasPrimary} ` +
        `unless on (service) ${cluster.each("pgbouncer_databases_paused")} == 1`,
      summary: "Clients of {{ $labels.service }} wait for the database {{ $labels.database }}",
      description: `The first of them has waited for more than ${poolWaitSeconds} s.`,
      runbook: "runbook.md#pool-waiting",
    },
    {
      name: "PgbouncerSaturated",
      severity: "warning",
      forSeconds: 120,
      expression:
        `${cluster.each("pgbouncer_used_clients")} > ` +
        `${(pgbouncer.maxClientConnections * saturationPercent) / 100}`,
      summary:
        `{{ $labels.service }} has more than ${saturationPercent} % of its ` +
        `${pgbouncer.maxClientConnections} clients`,
      description: "At the limit, new clients are refused.",
      runbook: "monitoring.md#pgbouncer-has-almost-as-many-clients-as-it-takes",
    },
    {
      name: "PgbouncerExporterDown",
      severity: "warning",
      forSeconds: 60,
      expression: `${cluster.answers("pgbouncerexporter")} == 0 ${cluster.isSeen}`,
      summary: "The exporter of {{ $labels.service }} does not answer",
      description: "No alert on this PgBouncer can be raised.",
      runbook: "monitoring.md#an-exporter-has-no-metrics",
    },
  ];
};
