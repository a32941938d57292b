import assert from "node:assert/strict";
import { parse } from "yaml";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";

/** Paths of what is wrong with settings. */
function pathsOf(postgres: unknown): string[] {
  try {
    parseSettings({ clusterName: "test", postgres });
    return [];
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ path }) => path.replace("postgres.", "")).sort();
  }
}

// Blocks of Patroni's files, as tutorials have them and as people take them over.
const architecture = `
parameters:
  wal_level: replica
  hot_standby: "on"
  max_connections: 100
hba:
  - host replication replicator 0.0.0.0/0 md5
  - host all all 0.0.0.0/0 md5
`;

const systemdInstallation = `
parameters:
  listen_addresses: "0.0.0.0"
  port: 5432
  wal_level: logical
  hot_standby: "on"
  wal_keep_segments: 100
  max_wal_senders: 10
  max_replication_slots: 10
  wal_log_hints: "on"
  max_connections: 200
  shared_buffers: 128MB
  dynamic_shared_memory_type: posix
  max_wal_size: 1GB
  min_wal_size: 80MB
  log_timezone: "PRC"
  datestyle: "iso, ymd"
  timezone: "PRC"
  lc_messages: "zh_CN.UTF8"
  lc_monetary: "zh_CN.UTF8"
  lc_numeric: "zh_CN.UTF8"
  lc_time: "zh_CN.UTF8"
  default_text_search_config: "pg_catalog.simple"
  wal_compression: "on"
  log_min_duration_statement: "10ms"
  checkpoint_timeout: "30min"
  pg_stat_statements.max: "1000"
  pg_stat_statements.track: "all"
  pg_stat_log.max: "1024"
  pg_stat_log.track: "all"
  pg_stat_log.track_utility: "true"
  wal_keep_size: "1600MB"
  logging_collector: "on"
  log_destination: "csvlog"
  archive_mode: "on"
  recovery_target_time: "2023-08-08 00:00:00"
  recovery_target_timeline: "latest"
  archive_command: 'DATE=\`date +%Y%m%d\`;DIR="/back/$DATE";(test -d $DIR || mkdir -p $DIR)&&cp %p $DIR/%f'
  restore_command: 'DATE=\`date +%Y%m%d\`;DIR="/back/$DATE";cp $DIR/%f %p'
hba:
  - host replication repl 0.0.0.0/0 md5
  - host all all 0.0.0.0/0 md5
`;

const bookChapter = `
listen: '0.0.0.0:5432'
connect_address: '192.168.1.10:5432'
data_dir: /data/postgresql
parameters:
  max_connections: 100
  shared_buffers: 256MB
  wal_level: replica
`;

describe("a block that was copied", () => {
  it("from an architecture page is refused where the program or SCRAM stands against it", () => {
    assert.deepEqual(pathsOf(parse(architecture)), ["hba.0", "hba.1", "parameters.hot_standby"]);
  });

  it("from an installation page is refused with all that cannot be", () => {
    assert.deepEqual(
      pathsOf(parse(systemdInstallation)),
      [
        ...["hba.0", "hba.1"],
        ...["hot_standby", "listen_addresses", "pg_stat_statements.max"].map(inParameters),
        ...["pg_stat_statements.track", "port", "recovery_target_time"].map(inParameters),
        ...["recovery_target_timeline", "restore_command"].map(inParameters),
        ...["wal_keep_segments"].map(inParameters),
      ].sort(),
    );
  });

  it("from a book is refused where the program has other settings, and its parameters are not", () => {
    const block = parse(bookChapter) as Record<string, unknown>;
    assert.deepEqual(pathsOf(block), ["connect_address", "data_dir", "listen"]);
    assert.deepEqual(pathsOf({ parameters: block.parameters }), []);
  });
});

const inParameters = (name: string) => `parameters.${name}`;
