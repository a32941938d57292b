import { everyLogin, type Logins } from "./logins";
import { identifier } from "./sql";

/** Functions that begin and end a backup, by the first major version that has them. */
const since15 = ["pg_backup_start(text, boolean)", "pg_backup_stop(boolean)"];
const until14 = ["pg_start_backup(text, boolean, boolean)", "pg_stop_backup(boolean, boolean)"];

/** The major version that has the role pg_checkpoint. Before, only superusers run CHECKPOINT. */
export const checkpointSince = 15;

/** Functions for the check of the archive. */
const always = [
  "pg_switch_wal()",
  "pg_create_restore_point(text)",
  "pg_ls_archive_statusdir()",
  "pg_ls_waldir()",
];

/**
 * Statements with which the members' replication role, which reads all data anyway, may begin and
 * end a backup (pgBackRest's user guide, "Non-superuser").
 */
export function backupSql(replication: Logins, version: number): string[] {
  const roles = everyLogin(replication)
    .map(({ name }) => identifier(name))
    .join(", ");
  return [
    `GRANT CONNECT ON DATABASE postgres TO ${roles};`,
    `GRANT pg_read_all_settings TO ${roles};`,
    // A backup from a standby waits for a checkpoint there.
    ...(version < checkpointSince ? [] : [`GRANT pg_checkpoint TO ${roles};`]),
    ...[...(version < 15 ? until14 : since15), ...always].map(
      (one) => `GRANT EXECUTE ON FUNCTION ${one} TO ${roles};`,
    ),
  ];
}
