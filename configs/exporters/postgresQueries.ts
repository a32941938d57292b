import { stringify } from "yaml";

/** A column of a query's result: its name follows that of the query in the metric's name. */
interface Column {
  usage: "GAUGE" | "COUNTER" | "LABEL";
  description: string;
}

/** A question to PostgreSQL whose answer becomes metrics. */
interface Query {
  sql: string;
  columns: Record<string, Column>;
}

const gauge = (description: string): Column => ({ usage: "GAUGE", description });
const counter = (description: string): Column => ({ usage: "COUNTER", description });
const label = (description: string): Column => ({ usage: "LABEL", description });

/** The WAL position up to which a member has WAL. */
const position =
  "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END";

/**
 * What the alerts need and the exporter's own metrics lack. The role `monitor` may ask all of it. A
 * setting that a version of PostgreSQL does not have counts as 0.
 */
export const postgresQueries: Record<string, Query> = {
  hapg_postgres: {
    sql: `SELECT
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) AS connection_limit,
      (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)
        FROM pg_stat_activity WHERE backend_type = 'client backend')
        AS longest_transaction_seconds,
      (SELECT max(age(datfrozenxid)) FROM pg_database) AS oldest_transaction_age,
      (SELECT max(mxid_age(datminmxid)) FROM pg_database) AS oldest_multixact_age,
      (SELECT coalesce(sum(deadlocks), 0) FROM pg_stat_database) AS deadlocks_total,
      (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database)
        AS checksum_failures`,
    columns: {
      connections: gauge("Connections of clients"),
      connection_limit: gauge("Connections that clients without special rights can have"),
      longest_transaction_seconds: gauge("Age of the oldest open transaction of a client"),
      oldest_transaction_age: gauge("Age of the oldest unfrozen transaction ID, in transactions"),
      oldest_multixact_age: gauge("Age of the oldest unfrozen multixact ID, in multixacts"),
      deadlocks_total: counter("Deadlocks since the statistics were reset"),
      checksum_failures: gauge("Damaged pages found since the statistics were reset"),
    },
  },
  hapg_slot: {
    sql: `SELECT slot_name,
      coalesce(pg_wal_lsn_diff(${position}, restart_lsn), 0) AS held_bytes,
      (coalesce(wal_status, '') = 'lost')::int AS lost,
      active::int AS active
      FROM pg_replication_slots`,
    columns: {
      slot_name: label("Name of the replication slot"),
      held_bytes: gauge("WAL that the slot holds back"),
      lost: gauge("Whether the slot's WAL was removed"),
      active: gauge("Whether a consumer is connected"),
    },
  },
  hapg_slots: {
    sql: `SELECT CASE WHEN setting::bigint < 0 THEN 0 ELSE setting::bigint * 1048576 END
      AS limit_bytes FROM pg_settings WHERE name = 'max_slot_wal_keep_size'`,
    columns: { limit_bytes: gauge("WAL that a slot can hold back at most; 0: no limit") },
  },
  hapg_archiver: {
    sql: `SELECT failed_count AS failures_total,
      (last_failed_time IS NOT NULL
        AND (last_archived_time IS NULL OR last_failed_time > last_archived_time))::int AS failing,
      (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS waiting_files,
      (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - modification)), 0)
        FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS waiting_seconds
      FROM pg_stat_archiver`,
    columns: {
      failures_total: counter("Failed attempts to archive WAL since the statistics were reset"),
      failing: gauge("Whether the last attempt to archive WAL failed"),
      waiting_files: gauge("WAL files that wait to be archived"),
      waiting_seconds: gauge("How long the oldest of them has waited"),
    },
  },
};

/** The queries as a file of postgres_exporter (`--extend.query-path`). */
export const renderPostgresQueries = (): string =>
  stringify(
    Object.fromEntries(
      Object.entries(postgresQueries).map(([name, { sql, columns }]) => [
        name,
        {
          query: sql.replace(/\s+/g, " "),
          metrics: Object.entries(columns).map(([column, one]) => ({ [column]: one })),
        },
      ]),
    ),
    { lineWidth: 0 },
  );
