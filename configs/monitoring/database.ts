import { oldAge, slotBytes, slotShare } from "../postgres/limits";
import type { AlertGroup } from "./alert";

/** The period in which deadlocks are counted. */
const deadlockPeriod = "15m";

/** What PostgreSQL's exporters show. */
export const database: AlertGroup = (cluster) => {
  const { monitoring, backup } = cluster.settings;
  if (!monitoring.exporters) return [];
  const { saturationPercent, longTransactionMinutes, deadlocks } = monitoring;
  const each = (metric: string) => cluster.each(`hapg_postgres_${metric}`);
  const onPrimary = `and on (service) ${cluster.each("patroni_primary")} == 1`;
  const older = (age: number) =>
    `(${each("oldest_transaction_age")} > ${age} or ${each("oldest_multixact_age")} > ${age}) ` +
    onPrimary;
  const counted = cluster.series("hapg_postgres_deadlocks_total");
  const slot = (metric: string) =>
    `max by (service, slot_name) (${cluster.series(`hapg_slot_${metric}`)})`;
  const limit = cluster.each("hapg_slots_limit_bytes");
  return [
    {
      name: "PostgresConnectionsSaturated",
      severity: "warning",
      forSeconds: 120,
      expression:
        `${each("connections")} / ${each("connection_limit")} > ` + `${saturationPercent / 100}`,
      summary: `{{ $labels.service }} uses more than ${saturationPercent} % of its connections`,
      description: "At the limit, new connections of clients are refused.",
      runbook: "runbook.md#connections-saturated",
    },
    {
      name: "PostgresLongTransaction",
      severity: "warning",
      forSeconds: 60,
      expression:
        `${each("longest_transaction_seconds")} > ${60 * longTransactionMinutes} ` + onPrimary,
      summary: `A transaction on {{ $labels.service }} has been open for ${longTransactionMinutes} min`,
      description: "Vacuum cannot remove what it may still see: tables and indexes grow.",
      runbook: "runbook.md#long-transaction",
    },
    {
      name: "PostgresWraparound",
      severity: "warning",
      forSeconds: 300,
      expression: older(oldAge.warning),
      summary: "Vacuum is late: the oldest transaction ID is 1 billion transactions old",
      description: "PostgreSQL refuses writes at 2 billion, until a vacuum has frozen old rows.",
      runbook: "runbook.md#wraparound",
    },
    {
      name: "PostgresWraparoundNear",
      severity: "critical",
      forSeconds: 300,
      expression: older(oldAge.critical),
      summary: "The oldest transaction ID is 1.6 billion transactions old",
      description: "PostgreSQL refuses writes at 2 billion, until a vacuum has frozen old rows.",
      runbook: "runbook.md#wraparound",
    },
    {
      name: "PostgresDeadlocks",
      severity: "warning",
      forSeconds: 0,
      expression: `max by (service) (increase(${counted}[${deadlockPeriod}])) >= ${deadlocks}`,
      summary: "Transactions on {{ $labels.service }} block each other",
      description: "PostgreSQL cancels one of them each time: clients see an error.",
      runbook: "monitoring.md#deadlocks",
    },
    {
      name: "PostgresChecksumFailures",
      severity: "critical",
      forSeconds: 0,
      expression: `${each("checksum_failures")} > 0`,
      summary: "{{ $labels.service }} has read damaged pages",
      description: "Its disk or memory returns wrong data.",
      runbook: "runbook.md#checksum-failures",
    },
    {
      name: "PostgresSlotHoldsWal",
      severity: "warning",
      forSeconds: 120,
      expression:
        `${slot("held_bytes")} > on (service) group_left () ` +
        `(${slotShare} * ${limit} > 0 or ${limit} == 0) + (${limit} == bool 0) * ${slotBytes}`,
      summary: "The slot {{ $labels.slot_name }} of {{ $labels.service }} holds back much WAL",
      description: "Its consumer is absent or slow. The WAL fills the disk, or the slot is lost.",
      runbook: "runbook.md#slot-holds-wal",
    },
    {
      name: "PostgresSlotLost",
      severity: "warning",
      forSeconds: 60,
      expression: `${slot("lost")} == 1`,
      summary: "The slot {{ $labels.slot_name }} of {{ $labels.service }} has lost its WAL",
      description: "Its consumer must start again from a new copy.",
      runbook: "runbook.md#slot-lost",
    },
    {
      name: "PostgresArchiveFailing",
      severity: "warning",
      forSeconds: 300,
      expression: `${cluster.each("hapg_archiver_failing")} == 1 ${onPrimary}`,
      summary: "{{ $labels.service }} cannot archive WAL",
      description: "WAL stays on its disk, and no point in time since then can be restored.",
      runbook: "runbook.md#archive-failing",
    },
    ...(backup.enabled
      ? [
          {
            name: "PostgresArchiveLate",
            severity: "warning" as const,
            forSeconds: 60,
            expression:
              `${cluster.each("hapg_archiver_waiting_seconds")} > ` +
              `${2 * backup.archiveTimeoutSeconds + 30} ${onPrimary}`,
            summary: "WAL of {{ $labels.service }} waits for the repository",
            description: "What was committed since is in no backup.",
            runbook: "runbook.md#archive-late" as const,
          },
        ]
      : []),
    {
      name: "PostgresExporterDown",
      severity: "warning",
      forSeconds: 60,
      // If PostgreSQL does not run, another alert says so.
      expression:
        `(${cluster.answers("postgresexporter")} == 0 or ${cluster.each("pg_up")} == 0) ` +
        `and on (service) ${cluster.each("patroni_postgres_running")} == 1 ${cluster.isSeen}`,
      summary: "The exporter of {{ $labels.service }} has no metrics",
      description: "No alert on connections, transactions, slots and the archive can be raised.",
      runbook: "monitoring.md#an-exporter-has-no-metrics",
    },
  ];
};
