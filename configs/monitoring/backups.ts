import { freeShare } from "../postgres/limits";
import type { AlertGroup } from "./alert";

/** A scheduled backup that starts a little late is not overdue, in seconds. */
const graceSeconds = 3600;

/** The repository reports once a minute; a report older than this is no report, in seconds. */
const oldSeconds = 600;

/** What the repository reports. */
export const backups: AlertGroup = (cluster) => {
  const { backup, monitoring } = cluster.settings;
  if (!backup.enabled || !monitoring.exporters) return [];
  const each = (metric: string) => cluster.each(`hapg_backup_${metric}`);
  const unless = (metric: string) => `unless on (service) ${each(metric)} == 1`;
  const found = (
    name: string,
    forSeconds: number,
    expression: string,
    summary: string,
    description: string,
    section: string,
  ): ReturnType<AlertGroup>[number] => ({
    ...{ name, severity: "warning", forSeconds, expression, summary, description },
    runbook: `runbook.md#${section}`,
  });
  return [
    found(
      "RepositoryDown",
      60,
      `${cluster.answers("repository")} == 0 ${cluster.isSeen}`,
      "{{ $labels.service }} does not answer",
      "WAL stays on the primary, and no backup is taken.",
      "repository-unreachable",
    ),
    found(
      "RepositoryUnreadable",
      300,
      `${each("readable")} == 0 or time() - ${each("report_time_seconds")} > ${oldSeconds}`,
      "pgBackRest cannot read the repository of {{ $labels.service }}",
      "Nothing can be restored from it.",
      "repository-unreadable",
    ),
    found(
      "RepositoryDiskNearlyFull",
      300,
      `${each("disk_free_bytes")} / ${each("disk_bytes")} < ${freeShare.warning}`,
      "The disk of {{ $labels.service }} is nearly full",
      `Less than ${freeShare.warning * 100} % are free. On a full disk no WAL is archived.`,
      "repository-full",
    ),
    found(
      "BackupMissing",
      600,
      `${each("backups")} == 0 ${unless("running")} ${unless("failed")}`,
      "{{ $labels.service }} has no backup",
      "Nothing can be restored.",
      "backup-missing",
    ),
    found(
      "BackupFailed",
      60,
      `${each("failed")} == 1`,
      "The last backup of {{ $labels.service }} failed",
      "The recoverable data gets older.",
      "backup-failed",
    ),
    found(
      "BackupOverdue",
      60,
      `time() - (${each("due_since_seconds")} > 0) > ${graceSeconds} ` +
        `${unless("failed")} and on (service) ${each("backups")} > 0`,
      "A scheduled backup of {{ $labels.service }} has not been taken",
      `It was due more than ${graceSeconds / 3600} h ago.`,
      "backup-overdue",
    ),
    found(
      "BackupArchiveGap",
      60,
      `${each("archive_gaps")} > 0`,
      "WAL is missing in {{ $labels.service }}",
      "No point in time after the gap can be restored from the backups before it.",
      "archive-gap",
    ),
    found(
      "BackupRehearsalFailed",
      60,
      `${each("rehearsal_failed")} == 1`,
      "The latest backup of {{ $labels.service }} could not be restored and checked",
      "A restore may fail when it is needed.",
      "rehearsal-failed",
    ),
  ];
};
