import assert from "node:assert/strict";
import { parse } from "yaml";
import { SettingsError } from "../../../configs/settings/parse";
import type { SettingsInput } from "../../../configs/settings/schema";
import { settingsOf } from "../../support/models";

type Postgres = NonNullable<SettingsInput["postgres"]>;

/** What is said about settings, a line a problem. */
function said(input: Partial<SettingsInput>): string[] {
  try {
    settingsOf(input);
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

/** Settings as a stack file has them: written in YAML 1.1. */
const fromYaml = (text: string) => parse(text, { version: "1.1" }) as Record<string, string>;

// One parameter as it is written in a stack file, what is said of it, and other settings of postgres.
const mistakes: [string, string, Postgres?][] = [
  // Names.
  ["max_conections: 300", "is not a parameter of PostgreSQL 17; did you mean max_connections?"],
  ["maxconnections: 300", "did you mean max_connections?"],
  ["share_buffers: 256MB", "did you mean shared_buffers?"],
  ["shared_buffer: 256MB", "did you mean shared_buffers?"],
  ["workmem: 16MB", "did you mean work_mem?"],
  ["maintenance_workmem: 64MB", "did you mean maintenance_work_mem?"],
  ["effective_cachesize: 1GB", "did you mean effective_cache_size?"],
  ["log_min_duration_statment: 250ms", "did you mean log_min_duration_statement?"],
  ["log_line_prefx: '%m '", "did you mean log_line_prefix?"],
  ["random_page_costs: 1.1", "did you mean random_page_cost?"],
  ["autovaccum: on", "did you mean autovacuum?"],
  ["auto_vacuum: on", "did you mean autovacuum?"],
  ["checkpoint_completion_targe: 0.9", "did you mean checkpoint_completion_target?"],
  ["statement_time_out: 30s", "did you mean statement_timeout?"],
  ["default_statistic_target: 200", "did you mean default_statistics_target?"],
  ["max_parallel_worker: 4", "did you mean max_parallel_workers?"],
  ["shared_preload_library: auto_explain", "did you mean shared_preload_libraries?"],
  ["time_zone: UTC", "did you mean timezone?"],
  ["timzone: UTC", "did you mean timezone?"],
  ["max_walsize: 4GB", "did you mean max_wal_size?"],
  ["wal_buffer: 16MB", "did you mean wal_buffers?"],
  ["jit_enabled: off", "is not a parameter of PostgreSQL 17"],
  ["innodb_buffer_pool_size: 1GB", "is not a parameter of PostgreSQL 17"],
  ["query_cache_size: 64MB", "is not a parameter of PostgreSQL 17"],
  ["max_allowed_packet: 64MB", "is not a parameter of PostgreSQL 17"],
  ["gcs_server_timeout: 5", "is not a parameter of PostgreSQL 17"],
  ["edb_redwood_date: on", "is not a parameter of PostgreSQL 17"],
  ["include: common.conf", "is not a parameter; list the file's parameters here"],
  ["include_dir: conf.d", "is not a parameter; list the file's parameters here"],
  ["autoexplain.log_min_duration: 1s", "did you mean auto_explain.log_min_duration?"],
  ["pg_stat_statement.track: all", "did you mean pg_stat_statements.track?"],
  ["pg_stat_statements.trak: all", "did you mean pg_stat_statements.track?"],
  ["pg_stat_statements.statements: 5000", "pg_stat_statements has max, save, track"],
  ["auto_explain.log_min_duraton: 1s", "did you mean auto_explain.log_min_duration?"],
  ["auto_explain.: 1s", "is not the name of an extension's parameter"],
  ["rds.force_ssl: 1", "is a parameter of a cloud provider's PostgreSQL"],
  ["cloudsql.iam_authentication: on", "is a parameter of a cloud provider's PostgreSQL"],
  ["azure.extensions: pg_trgm", "is a parameter of a cloud provider's PostgreSQL"],
  // Other versions.
  ["wal_keep_segments: 100", "use wal_keep_size (100 segments are 1600MB)"],
  ["checkpoint_segments: 32", "was removed before PostgreSQL 13; use max_wal_size"],
  ["sort_mem: 64MB", "use work_mem"],
  ["vacuum_mem: 64MB", "use maintenance_work_mem"],
  ["max_fsm_pages: 100000", "was removed before PostgreSQL 13"],
  ["default_with_oids: off", "was removed before PostgreSQL 13"],
  ["unix_socket_directory: /tmp", "was removed before PostgreSQL 13; use nothing"],
  ["stats_temp_directory: /run/stats", "was removed in PostgreSQL 15"],
  ["force_parallel_mode: on", "was removed in PostgreSQL 16; use debug_parallel_query"],
  ["vacuum_defer_cleanup_age: 1000", "was removed in PostgreSQL 16; use hot_standby_feedback"],
  ["old_snapshot_threshold: 1h", "was removed in PostgreSQL 17"],
  ["db_user_namespace: on", "was removed in PostgreSQL 17"],
  ["operator_precedence_warning: on", "was removed in PostgreSQL 14"],
  ["vacuum_cleanup_index_scale_factor: 0.1", "was removed in PostgreSQL 14"],
  ["io_method: worker", "exists since PostgreSQL 18, and postgres.version is 17"],
  ["idle_replication_slot_timeout: 1h", "exists since PostgreSQL 18"],
  ["ssl_ecdh_curve: X25519", "was removed in PostgreSQL 18; use ssl_groups", { version: 18 }],
  [
    "transaction_timeout: 1min",
    "exists since PostgreSQL 17, and postgres.version is 16",
    { version: 16 },
  ],
  [
    "reserved_connections: 3",
    "exists since PostgreSQL 16, and postgres.version is 13",
    { version: 13 },
  ],
  [
    "idle_session_timeout: 1h",
    "exists since PostgreSQL 14, and postgres.version is 13",
    { version: 13 },
  ],
  [
    "log_destination: jsonlog",
    'must be a list of stderr, csvlog, syslog, got "jsonlog"',
    { version: 14 },
  ],
  ["wal_compression: lz4", 'must be on or off, got "lz4"', { version: 14 }],
  // Units.
  ["work_mem: 64MBs", 'must be a whole number of 64kB or more, got "64MBs"; units are'],
  ["work_mem: 64mb", "write MB instead of mb"],
  ["work_mem: 64Mb", "write MB instead of Mb"],
  ["work_mem: 64M", "write MB instead of M"],
  ["work_mem: 64MiB", "units are B, kB, MB, GB, TB"],
  ["work_mem: 65536KB", "write kB instead of KB"],
  ["work_mem: 65536k", "write kB instead of k"],
  ["shared_buffers: 1gb", "write GB instead of gb"],
  ["shared_buffers: 1G", "write GB instead of G"],
  ["shared_buffers: 25%", 'got "25%"; units are'],
  ["shared_buffers: 0.25 of memory", 'got "0.25 of memory"'],
  ["shared_buffers: '{DBInstanceClassMemory/32768}'", "must be a whole number of 128kB or more"],
  ["effective_cache_size: 3GBytes", "units are B, kB, MB, GB, TB"],
  ["max_wal_size: 4GG", "units are"],
  ["log_min_duration_statement: 250msec", "units are us, ms, s, min, h, d"],
  ["log_min_duration_statement: 1sec", "units are us, ms, s, min, h, d"],
  ["log_min_duration_statement: 1S", "write s instead of S"],
  ["checkpoint_timeout: 15m", "write min instead of m"],
  ["checkpoint_timeout: 15Min", "write min instead of Min"],
  ["checkpoint_timeout: 15 minutes", "units are us, ms, s, min, h, d"],
  ["checkpoint_timeout: 15MB", "units are us, ms, s, min, h, d"],
  ["deadlock_timeout: 1 second", "units are"],
  ["wal_keep_size: 1600s", "units are B, kB, MB, GB, TB"],
  ["max_connections: 200s", "it has no unit"],
  ["max_connections: 2k", "it has no unit"],
  ["max_worker_processes: 8MB", "it has no unit"],
  ["random_page_cost: 1.1ms", "it has no unit"],
  // Bounds.
  ["work_mem: 32", 'must be a whole number of 64kB or more, got "32"; without a unit it counts kB'],
  ["shared_buffers: 8", 'got "8"; without a unit it counts 8kB'],
  ["checkpoint_timeout: 5", "must be a whole number from 30s to 86400s"],
  ["checkpoint_timeout: 2d", "must be a whole number from 30s to 86400s"],
  ["checkpoint_completion_target: 1.5", "must be a number from 0 to 1"],
  ["checkpoint_completion_target: 90", "must be a number from 0 to 1"],
  ["checkpoint_completion_target: 0,9", 'must be a number from 0 to 1, got "0,9"'],
  ["max_connections: 500000", "must be a whole number from 1 to 262143"],
  ["max_connections: -1", "must be a whole number from 1 to 262143"],
  ["max_connections: 0", "must be a whole number from 1 to 262143"],
  ["max_connections: 1_000s", "must be a whole number from 1 to 262143"],
  ["max_connections: many", 'got "many"'],
  ["max_connections: ''", 'got ""'],
  ["default_statistics_target: 100000", "must be a whole number from 1 to 10000"],
  ["autovacuum_vacuum_scale_factor: -0.1", "must be a number from 0 to 100"],
  ["autovacuum_vacuum_cost_limit: 20000", "must be a whole number from -1 to 10000"],
  ["max_parallel_workers: 2000", "must be a whole number from 0 to 1024"],
  ["effective_io_concurrency: 2000", "must be a whole number from 0 to 1000"],
  ["autovacuum_freeze_max_age: 1000", "must be a whole number of 100000 or more"],
  ["log_file_mode: 640", 'must be a whole number from 00 to 0777, got "640"'],
  ["unix_socket_permissions: '0888'", "must be a whole number from 00 to 0777"],
  ["geqo_selection_bias: 3", "must be a number from 1.5 to 2"],
  ["hash_mem_multiplier: 0.5", "must be a number from 1 to 1000"],
  ["vacuum_buffer_usage_limit: 64kB", "must be 0 or at least 128kB"],
  ["transaction_buffers: 100", "must be a multiple of 128kB"],
  ["max_stack_depth: 16MB", "must be at most 7680kB"],
  ["tcp_keepalives_idle: -5", "must be a whole number of 0 or more"],
  // What Patroni replaces by a value of its own.
  ["max_connections: 20", "must be at least 25: Patroni uses another value"],
  ["max_wal_senders: 2", "must be at least 3: Patroni uses another value"],
  ["max_replication_slots: 0", "must be at least 4: Patroni uses another value"],
  ["max_worker_processes: 1", "must be at least 2: Patroni uses another value"],
  ["max_locks_per_transaction: 16", "must be at least 32: Patroni uses another value"],
  ["wal_keep_size: 0", "must be at least 16MB: Patroni uses another value"],
  ["maintenance_work_mem: 512kB", "must be at least 1MB: Patroni uses another value"],
  ["log_checkpoints: t", 'must be on or off, got "t"'],
  [
    "debug_logical_replication_streaming: immediate",
    "is not known to Patroni for PostgreSQL 16",
    { version: 16 },
  ],
  // Words, and what YAML makes of them.
  ["log_checkpoints: enabled", 'must be on or off, got "enabled"'],
  ["log_checkpoints: 2", 'must be on or off, got "2"'],
  ["autovacuum: ''", 'must be on or off, got ""'],
  ["jit: disable", "must be on or off"],
  ["work_mem: on", "must be a whole number of 64kB or more, got true (YAML reads on"],
  ["max_connections: no", "must be a whole number from 1 to 262143, got false (YAML reads off"],
  ["log_statement: off", "must be one of none, ddl, mod, all, got false (YAML reads off"],
  ["log_statement: yes", "must be one of none, ddl, mod, all, got true (YAML reads on"],
  ["log_statement: dml", "must be one of none, ddl, mod, all, got"],
  ["log_statement: ddl,mod", "must be one of none, ddl, mod, all, got"],
  ["log_min_messages: warn", "must be one of debug5"],
  ["log_error_verbosity: high", "must be one of terse, default, verbose"],
  ["wal_level: archive", "must be one of minimal, replica, logical"],
  ["wal_level: hot_standby", "must be one of minimal, replica, logical"],
  ["wal_level: locical", "must be one of minimal, replica, logical"],
  ["synchronous_commit: flush", "must be one of local, remote_write, remote_apply, on, off"],
  ["wal_compression: gzip", "must be one of pglz, on, off, lz4, zstd"],
  ["huge_pages: maybe", "must be one of off, on, try"],
  ["password_encryption: on", "must be one of md5, scram-sha-256, got true"],
  ["password_encryption: scram", "must be one of md5, scram-sha-256"],
  ["ssl_max_protocol_version: 1.3", "must be one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"],
  ["archive_mode: alwyas", "must be one of always, on, off"],
  ["archive_command: off", "must be text, got false (YAML reads off"],
  ["log_directory: on", "must be text, got true (YAML reads on"],
  ["log_destination: file", 'must be a list of stderr, csvlog, syslog, jsonlog, got "file"'],
  ["log_destination: stderr;csvlog", "must be a list of stderr"],
  ["datestyle: yyyy-mm-dd", "must be a list of iso"],
  ["client_encoding: utf8mb4", "must be an encoding such as UTF8"],
  ["timezone: Europe/Berlyn", "must be a time zone such as UTC or Europe/Berlin"],
  ["timezone: Beijing", "must be a time zone such as UTC or Europe/Berlin"],
  ["timezone: CEST", "must be a time zone such as UTC or Europe/Berlin"],
  ["lc_messages: zh CN", "must be the name of a locale, such as de_DE.UTF-8"],
  ['log_line_prefix: "%m\\n"', "must be a single line"],
  // What the program, Patroni or PostgreSQL set by themselves.
  ["listen_addresses: '*'", "is set by the program; use docker.publishAddress"],
  ["port: 5433", "is set by the program; use haproxy.writePort and docker.memberPort"],
  ["hot_standby: 'on'", "is set by the program; use nothing: Patroni turns it on"],
  ["cluster_name: shop", "is set by the program; use clusterName"],
  ["ssl: on", "is set by the program; use tls"],
  ["hba_file: /etc/pg_hba.conf", "is set by the program; use postgres.hba"],
  ["config_file: /etc/postgresql.conf", "is set by the program; use nothing"],
  ["ident_file: /etc/pg_ident.conf", "is set by the program; use postgres.ident"],
  ["synchronous_standby_names: '*'", "is set by the program; use patroni.synchronousMode"],
  ["primary_conninfo: host=db1", "is set by the program; use nothing: Patroni follows the leader"],
  ["primary_slot_name: db1", "is set by the program; use nothing: Patroni follows the leader"],
  ["restore_command: cp /back/%f %p", "is set on standbys only; use postgres.recovery."],
  ["recovery_target_time: '2023-08-08 00:00:00'", "is a recovery setting"],
  ["recovery_target_timeline: latest", "is a recovery setting"],
  ["recovery_min_apply_delay: 1h", "is set on standbys only; use postgres.recovery."],
  [
    "archive_cleanup_command: pg_archivecleanup /back %r",
    "is set on standbys only; use postgres.recovery.",
  ],
  ["promote_trigger_file: /tmp/promote", "is a recovery setting"],
  ["standby_mode: on", "is a recovery setting"],
  ["server_version: 17", "is read-only: PostgreSQL computes it"],
  ["block_size: 16384", "is read-only: PostgreSQL computes it"],
  ["data_checksums: on", "is read-only: PostgreSQL computes it"],
  ["wal_segment_size: 64MB", "is read-only: PostgreSQL computes it"],
  ["lc_collate: C", "use postgres.initdb.lcCollate"],
  ["transaction_isolation: serializable", "holds for one session or transaction only"],
  ["role: app", "holds for one session or transaction only; use ALTER ROLE"],
  ["session_authorization: app", "holds for one session or transaction only"],
  ["seed: 0.5", "holds for one session or transaction only"],
  // What Patroni's sessions or the program's own do not survive.
  ["default_transaction_isolation: serializable", "prevents Patroni's queries on standbys"],
  [
    "default_transaction_isolation: SERIALIZABLE",
    "use ALTER ROLE ... SET or ALTER DATABASE ... SET",
  ],
  ["default_transaction_read_only: on", "makes the primary read-only for every session"],
  ["idle_session_timeout: 10min", "ends idle sessions of Patroni and PgBouncer"],
  ["transaction_timeout: 1min", "use ALTER ROLE ... SET or ALTER DATABASE ... SET"],
  ["statement_timeout: 30", "is 30 ms, too short"],
  ["session_replication_role: replica", "turns off triggers and foreign keys"],
  ["standard_conforming_strings: off", "changes what a string is"],
  ["password_encryption: md5", "prevents logins"],
  ["wal_level: minimal", "does not write what replication needs; use replica or logical"],
  ["bonjour: on", "is not built into PostgreSQL for Linux"],
  // Libraries.
  [
    "shared_preload_libraries: pg_cron",
    "name its package in postgres.packages, such as postgresql-17-cron",
  ],
  [
    "shared_preload_libraries: pg_stat_statements,timescaledb",
    "no package has the library timescaledb",
  ],
  ["shared_preload_libraries: pg_stat_statments", "did you mean pg_stat_statements?"],
  [
    "shared_preload_libraries: pg_stat_statments",
    "did you mean pg_stat_statements?",
    { packages: ["postgresql-17-cron"] },
  ],
  ["session_preload_libraries: auto_explian", "did you mean auto_explain?"],
  ["local_preload_libraries: pgaudit", "no package has the library pgaudit"],
  ["archive_library: pgbackrest", "no package has the library pgbackrest"],
  ["shared_preload_libraries: true", "must be text, got true"],
  ["pg_stat_statements.track: all", "has no effect: add pg_stat_statements to"],
  ["auto_explain.log_min_duration: 1s", "has no effect: add auto_explain to"],
  // Beside other settings.
  ["shared_buffers: 8GB", "must be below the member's memory: postgres.memoryMegabytes is 1024"],
  ["archive_mode: on", "keeps all WAL until the disk is full; set archive_command too"],
  ["full_page_writes: off", "must be on for pg_rewind"],
  ["wal_log_hints: off", "must be on for pg_rewind", { initdb: { dataChecksums: false } }],
  ["superuser_reserved_connections: 100", "must leave connections to others"],
  ["reserved_connections: 200", "must leave connections to others"],
  ["max_wal_size: 16MB", "must be at least 32MB, two WAL segments"],
  [
    "min_wal_size: 80MB",
    "must be at least 128MB, two WAL segments",
    { initdb: { walSegmentMegabytes: 64 } },
  ],
  ["max_wal_senders: 4", "must be at least 7, one for each member", { members: 7 }],
];

describe("a careless stack file", () => {
  for (const [text, message, others] of mistakes) {
    it(`is refused with ${text}${others === undefined ? "" : ` and ${JSON.stringify(others)}`}`, () => {
      const parameters = fromYaml(text);
      const [name = ""] = Object.keys(parameters);
      const [first = "", ...more] = said({ postgres: { ...others, parameters } });
      assert.ok(first.startsWith(`postgres.parameters.${name}: `), first);
      assert.ok(first.includes(message), first);
      assert.deepEqual(more, []);
    });
  }

  it("has two commands for one archive", () => {
    const parameters = {
      archive_mode: "on",
      archive_command: "true",
      archive_library: "basic_archive",
    };
    assert.deepEqual(said({ postgres: { parameters } }), [
      "postgres.parameters.archive_library: must not be set beside archive_command; keep one of them",
    ]);
  });

  it("gives synchronous replication up in every transaction", () => {
    const parameters = { synchronous_commit: "local" };
    const [first = ""] = said({ postgres: { parameters }, patroni: { synchronousMode: "on" } });
    assert.match(first, /^postgres\.parameters\.synchronous_commit: does not wait for standbys/);
  });

  it("has more vacuum workers than slots for them", () => {
    const parameters = { autovacuum_worker_slots: 4, autovacuum_max_workers: 8 };
    assert.deepEqual(said({ postgres: { version: 18, parameters } }), [
      "postgres.parameters.autovacuum_max_workers: must be at most autovacuum_worker_slots (4), got 8",
    ]);
  });

  it("is told all mistakes at once", () => {
    const parameters = { work_mem: "64MBs", max_conections: 300, jit: "disable" };
    const hba = ["hostssl all all 10.0.0.0/8 scram"];
    assert.equal(said({ postgres: { parameters, hba } }).length, 4);
  });
});
