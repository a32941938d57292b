import { booleanOf, numberOf } from "./parameterValue";
import { majorsOf, type Parameter } from "./parameters";

/** The value of a parameter in a stack file. */
export type Value = string | number | boolean;

/** PostgreSQL parameters that Patroni or this program sets by itself, and what to use instead. */
const owned: Record<string, string> = {
  cluster_name: "clusterName",
  config_file: "nothing: the path is fixed",
  data_directory: "nothing: the path is fixed",
  hba_file: "postgres.hba",
  hot_standby: "nothing: Patroni turns it on",
  ident_file: "postgres.ident",
  listen_addresses: "docker.publishAddress",
  port: "haproxy.writePort and docker.memberPort",
  primary_conninfo: "nothing: Patroni follows the leader",
  primary_slot_name: "nothing: Patroni follows the leader; postgres.useSlots turns slots off",
  ssl: "tls",
  ssl_cert_file: "tls",
  ssl_key_file: "tls",
  ssl_min_protocol_version: "tls.minimumVersion",
  synchronous_standby_names: "patroni.synchronousMode",
  unix_socket_directories: "nothing: the path is fixed",
};

/**
 * Patroni removes these from `postgresql.conf` and sets a standby's own
 * (`patroni/postgresql/config.py`).
 */
const recovery =
  /^(recovery_(target.*|min_apply_delay|end_command)|restore_command|archive_cleanup_command|standby_mode|(promote_)?trigger_file|pause_at_recovery_target)$/;

/** Recovery settings that the stack file has elsewhere. */
const recoverySettings: Record<string, string> = {
  restore_command: "postgres.recovery.restoreCommand",
  archive_cleanup_command: "postgres.recovery.archiveCleanupCommand",
  recovery_end_command: "postgres.recovery.recoveryEndCommand",
  recovery_min_apply_delay: "postgres.recovery.applyDelaySeconds",
};

/** PostgreSQL accepts these only in a session. */
const sessionOnly: Record<string, string> = {
  transaction_isolation: "set it with BEGIN or SET TRANSACTION",
  transaction_read_only: "set it with BEGIN or SET TRANSACTION",
  transaction_deferrable: "set it with BEGIN or SET TRANSACTION",
  role: "use ALTER ROLE ... SET role",
  session_authorization: "use SET SESSION AUTHORIZATION in the session",
  is_superuser: "it follows from the role",
  seed: "use SET in the session",
};

/** Parameters of former versions, and their replacement. Those of 13 and later are in the table. */
const replaced: Record<string, string> = {
  checkpoint_segments: "max_wal_size (3 segments are 48MB)",
  db_user_namespace: "one role for each database",
  default_with_oids: "nothing: tables have no OIDs since PostgreSQL 12",
  force_parallel_mode: "debug_parallel_query",
  lc_collate: "postgres.initdb.lcCollate",
  lc_ctype: "postgres.initdb.lcCtype",
  max_fsm_pages: "nothing: PostgreSQL keeps the map on disk since 8.4",
  max_fsm_relations: "nothing: PostgreSQL keeps the map on disk since 8.4",
  min_parallel_relation_size: "min_parallel_table_scan_size",
  operator_precedence_warning: "nothing",
  replacement_sort_tuples: "nothing",
  sort_mem: "work_mem",
  ssl_ecdh_curve: "ssl_groups",
  ssl_renegotiation_limit: "nothing",
  stats_temp_directory: "nothing: statistics are in shared memory since PostgreSQL 15",
  unix_socket_directory: "nothing: the path is fixed",
  vacuum_cleanup_index_scale_factor: "nothing",
  vacuum_defer_cleanup_age: "hot_standby_feedback",
  vacuum_mem: "maintenance_work_mem",
  wal_keep_segments: "wal_keep_size (100 segments are 1600MB)",
};

/** Lines of a configuration file that are not parameters. */
const directives = ["include", "include_if_exists", "include_dir"];

/** Prefixes of parameters that exist only in a cloud provider's PostgreSQL. */
const providers = ["rds", "aurora", "apg", "cloudsql", "alloydb", "azure", "azure_storage"];

/**
 * Why a parameter must not be in a stack file with any value; undefined if it may. In words that
 * follow the parameter's path.
 */
export function nameRefusal(name: string, major: number): string | undefined {
  const instead = own(owned, name);
  if (instead !== undefined) return `is set by the program; use ${instead}`;
  const setting = own(recoverySettings, name);
  if (setting !== undefined) return `is set on standbys only; use ${setting}`;
  if (recovery.test(name)) {
    return "is a recovery setting, which Patroni sets on standbys; remove it from the parameters";
  }
  const inSession = own(sessionOnly, name);
  if (inSession !== undefined) return `holds for one session or transaction only; ${inSession}`;
  if (directives.includes(name)) return "is not a parameter; list the file's parameters here";
  const prefix = name.slice(0, Math.max(0, name.indexOf(".")));
  if (providers.includes(prefix)) {
    return `is a parameter of a cloud provider's PostgreSQL; remove it`;
  }
  return otherVersion(name, major) ?? (droppedBefore(name) > major ? dropped(major) : undefined);
}

const own = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function otherVersion(name: string, major: number): string | undefined {
  const majors = majorsOf(name);
  const instead = own(replaced, name);
  const remedy = instead === undefined ? "" : `; use ${instead}`;
  if (majors === undefined) {
    return instead === undefined ? undefined : `was removed before PostgreSQL 13${remedy}`;
  }
  if (major < majors.from) {
    return `exists since PostgreSQL ${majors.from}, and postgres.version is ${major}; take it out`;
  }
  return major > majors.to ? `was removed in PostgreSQL ${majors.to + 1}${remedy}` : undefined;
}

/**
 * Before these major versions Patroni 4.0 has no rule for them and `postgres --describe-config`
 * hides them.
 */
const droppedBefore = (name: string): number =>
  own(
    {
      allow_in_place_tablespaces: 15,
      debug_discard_caches: 15,
      debug_logical_replication_streaming: 17,
      restrict_nonsystem_relation_kind: 17,
    },
    name,
  ) ?? 0;

const dropped = (major: number) =>
  `is not known to Patroni for PostgreSQL ${major}, which drops it; use ALTER DATABASE ... SET`;

/** Patroni's minimum: below it Patroni sets its own value (`CMDLINE_OPTIONS`, `0_postgres.yml`). */
const patroniLeast: Record<string, { least: number; shown: string }> = {
  max_connections: { least: 25, shown: "25" },
  max_wal_senders: { least: 3, shown: "3" },
  wal_keep_size: { least: 16, shown: "16MB" },
  max_locks_per_transaction: { least: 32, shown: "32" },
  max_replication_slots: { least: 4, shown: "4" },
  max_worker_processes: { least: 2, shown: "2" },
  maintenance_work_mem: { least: 1024, shown: "1MB" },
};

const perRole = "use ALTER ROLE ... SET or ALTER DATABASE ... SET for those who need it";

type Judge = (value: Value, parameter: Parameter) => string | undefined;

const isOn: (message: string) => Judge = (message) => (value) =>
  booleanOf(value) === true ? message : undefined;
const isOff: (message: string) => Judge = (message) => (value) =>
  booleanOf(value) === false ? message : undefined;
const isOneOf =
  (values: string[], message: string): Judge =>
  (value) =>
    values.includes(String(value).toLowerCase()) ? message : undefined;
const isNotZero =
  (message: string): Judge =>
  (value, parameter) =>
    numberOf(parameter, String(value)) === 0 ? undefined : message;

/**
 * Valid values that break sessions of Patroni or of this program. Patroni's sessions commit each
 * statement, and set search_path and statement_timeout themselves (`patroni/psycopg.py`,
 * `config.py`).
 */
const breaking: Record<string, Judge> = {
  // "cannot use serializable mode in a hot standby": Patroni could not query a standby.
  default_transaction_isolation: isOneOf(
    ["serializable"],
    `prevents Patroni's queries on standbys, and then no member can become primary; ${perRole}`,
  ),
  // Clients would treat the server as a standby, and this program's roles could not be created.
  default_transaction_read_only: isOn(`makes the primary read-only for every session; ${perRole}`),
  // Patroni and switchovers keep idle sessions open for seconds; so does PgBouncer.
  idle_session_timeout: isNotZero(`ends idle sessions of Patroni and PgBouncer; ${perRole}`),
  // It has no exception for an update that builds extensions, nor for a session that waits for a
  // promotion.
  transaction_timeout: isNotZero(`ends this program's own long statements; ${perRole}`),
  statement_timeout: (value, parameter) => {
    const milliseconds = numberOf(parameter, String(value)) ?? 0;
    return milliseconds > 0 && milliseconds < 1000
      ? `is ${milliseconds} ms, too short for PgBouncer's and HAProxy's own statements; write a ` +
          "unit, such as 30s"
      : undefined;
  },
  session_replication_role: isOneOf(
    ["replica", "local"],
    `turns off triggers and foreign keys in every session; ${perRole}`,
  ),
  // The program's own statements require it.
  standard_conforming_strings: isOff(`changes what a string is in every session; ${perRole}`),
  password_encryption: isOneOf(
    ["md5"],
    "prevents logins: passwords are stored for SCRAM only; remove it",
  ),
  wal_level: isOneOf(["minimal"], "does not write what replication needs; use replica or logical"),
  // PostgreSQL requires a margin of 512 kB below the stack limit, which is 8 MiB on members.
  max_stack_depth: (value, parameter) =>
    (numberOf(parameter, String(value)) ?? 0) > 7680
      ? `must be at most 7680kB: a member's stack is 8 MiB; got ${String(value)}`
      : undefined,
  compute_query_id: isOneOf(["regress"], "is for PostgreSQL's own tests; use on or auto"),
  bonjour: isOn("is not built into PostgreSQL for Linux; remove it"),
};

/**
 * Why a valid value is not possible, in words that follow the parameter's path; undefined if it is.
 */
export function valueRefusal(parameter: Parameter, value: Value): string | undefined {
  const { name } = parameter;
  const patroni = own(patroniLeast, name);
  if (patroni !== undefined && (numberOf(parameter, String(value)) ?? 0) < patroni.least) {
    return (
      `must be at least ${patroni.shown}: Patroni uses another value below it; got ` + String(value)
    );
  }
  return own(breaking, name)?.(value, parameter);
}
