import type { AlertCases } from "./cases";
import { passing, set, silent, together } from "./fault";

const gibibyte = 1024 ** 3;
const repository = ["repository1"];

/** Cases of the alerts on the repository, by their names. */
export const backupCases: Record<string, AlertCases> = {
  RepositoryDown: {
    fires: { fault: silent("repository1"), fires: { RepositoryDown: repository } },
    quiet: {
      "it restarts": { fault: passing(50, silent("repository1")), fires: {} },
      "nothing is seen": {
        fault: silent("haproxy1", "repository1"),
        fires: { PostgresUnseen: [], HaproxyDown: ["haproxy1"] },
      },
    },
  },
  RepositoryUnreadable: {
    fires: {
      fault: set("hapg_backup_readable", 0),
      fires: { RepositoryUnreadable: repository },
    },
    quiet: {
      "the storage was away for a moment": {
        fault: passing(240, set("hapg_backup_readable", 0)),
        fires: {},
      },
      "a report takes long": {
        fault: set("hapg_backup_report_time_seconds", (since, before) => before + since - 300),
        fires: {},
      },
    },
  },
  RepositoryDiskNearlyFull: {
    fires: {
      fault: set("hapg_backup_disk_free_bytes", 14 * gibibyte),
      fires: { RepositoryDiskNearlyFull: repository },
    },
    quiet: {
      "there is room": { fault: set("hapg_backup_disk_free_bytes", 16 * gibibyte), fires: {} },
    },
  },
  BackupMissing: {
    fires: { fault: set("hapg_backup_backups", 0), fires: { BackupMissing: repository } },
    quiet: {
      "the first one runs": {
        fault: together(set("hapg_backup_backups", 0), set("hapg_backup_running", 1)),
        fires: {},
      },
      "the first one failed, which is another alert": {
        fault: together(set("hapg_backup_backups", 0), set("hapg_backup_failed", 1)),
        fires: { BackupFailed: repository },
      },
    },
  },
  BackupFailed: {
    fires: { fault: set("hapg_backup_failed", 1), fires: { BackupFailed: repository } },
    quiet: {
      "it is tried again at once": { fault: passing(50, set("hapg_backup_failed", 1)), fires: {} },
    },
  },
  BackupOverdue: {
    fires: {
      // Since a second after Prometheus's time began.
      fault: set("hapg_backup_due_since_seconds", 1),
      fires: { BackupOverdue: repository },
    },
    seenAfter: 3500,
    quiet: {
      "it is due now": {
        fault: set("hapg_backup_due_since_seconds", (since) => since),
        fires: {},
      },
      "the last one failed, which is another alert": {
        fault: together(set("hapg_backup_due_since_seconds", 1), set("hapg_backup_failed", 1)),
        fires: { BackupFailed: repository },
      },
    },
  },
  BackupArchiveGap: {
    fires: { fault: set("hapg_backup_archive_gaps", 1), fires: { BackupArchiveGap: repository } },
    quiet: {
      "WAL arrives in another order": {
        fault: passing(50, set("hapg_backup_archive_gaps", 1)),
        fires: {},
      },
    },
  },
  BackupRehearsalFailed: {
    fires: {
      fault: set("hapg_backup_rehearsal_failed", 1),
      fires: { BackupRehearsalFailed: repository },
    },
    quiet: {
      "it is repeated at once": {
        fault: passing(50, set("hapg_backup_rehearsal_failed", 1)),
        fires: {},
      },
    },
  },
};
