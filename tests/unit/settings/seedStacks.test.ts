import assert from "node:assert/strict";
import { parse } from "yaml";
import { dynamicConfig } from "../../../configs/patroni/dynamicConfig";
import { localesOf } from "../../../configs/postgres/locales";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";
import type { Settings } from "../../../configs/settings/schema";

// Whole configurations of tutorials, translated as they stand. What the program does by itself is left out: addresses,
// paths, names of members, and the lines of pg_hba.conf for replication.
const architecture = `
clusterName: pg-cluster
patroni: { namespace: /service/, ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10, synchronousMode: "on", synchronousNodeCount: 1 }
postgres:
  usePgRewind: true
  parameters: { wal_level: replica, max_connections: 100 }
  initdb: { encoding: UTF8, locale: en_US.UTF-8 }
  hba: [host all all 0.0.0.0/0 scram-sha-256]
  tags: { patroni1: { nofailover: false, noloadbalance: false } }
haproxy:
  maxConnections: 100
  connectTimeoutMilliseconds: 5000
  clientTimeoutSeconds: 30
  readBalance: roundrobin
  checkIntervalMilliseconds: 5000
  checkRise: 2
  checkFall: 3
`;

const systemdInstallation = `
clusterName: pgsql
patroni: { ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10, maximumLagOnFailoverBytes: 1048576, primaryStartTimeoutSeconds: 300, synchronousMode: "off", synchronousModeStrict: false }
postgres:
  usePgRewind: true
  useSlots: true
  packages: [postgresql-17-pg-stat-log]
  parameters:
    wal_level: logical
    max_wal_senders: 10
    max_replication_slots: 10
    wal_log_hints: "on"
    max_connections: 200
    shared_buffers: 128MB
    dynamic_shared_memory_type: posix
    max_wal_size: 1GB
    min_wal_size: 80MB
    log_timezone: PRC
    datestyle: "iso, ymd"
    timezone: PRC
    lc_messages: zh_CN.UTF8
    lc_monetary: zh_CN.UTF8
    lc_numeric: zh_CN.UTF8
    lc_time: zh_CN.UTF8
    default_text_search_config: pg_catalog.simple
    wal_compression: "on"
    log_min_duration_statement: 10ms
    checkpoint_timeout: 30min
    shared_preload_libraries: pg_stat_statements
    pg_stat_statements.max: 1000
    pg_stat_statements.track: all
    pg_stat_log.max: 1024
    pg_stat_log.track: all
    pg_stat_log.track_utility: true
    wal_keep_size: 1600MB
    logging_collector: "on"
    log_destination: csvlog
    archive_mode: "on"
    archive_command: 'DATE=\`date +%Y%m%d\`;DIR="/back/$DATE";(test -d $DIR || mkdir -p $DIR)&&cp %p $DIR/%f'
  recovery:
    restoreCommand: 'DATE=\`date +%Y%m%d\`;DIR="/back/$DATE";cp $DIR/%f %p'
  initdb: { encoding: UTF8, locale: C, lcCtype: zh_CN.UTF-8, dataChecksums: true }
  hba: [host all all 0.0.0.0/0 scram-sha-256]
  files: { loadvip.sh: { executable: true, content: "#!/bin/sh\\n" } }
  callbacks:
    onStart: /etc/patroni/files/loadvip.sh
    onRestart: /etc/patroni/files/loadvip.sh
    onRoleChange: /etc/patroni/files/loadvip.sh
  basebackup: { maxRateMegabytesPerSecond: 100, checkpoint: fast }
  tags: { patroni2: { nofailover: false, noloadbalance: false, clonefrom: false, nosync: false } }
`;

const bookChapter = `
clusterName: book
patroni: { ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10 }
postgres:
  initdb: { encoding: UTF8, locale: en_US.UTF-8 }
  hba: [host all all 0.0.0.0/0 scram-sha-256]
  parameters: { max_connections: 100, shared_buffers: 256MB, wal_level: replica }
roles:
  app: {}
  admin: { password: strong_password, createDatabases: true, createRoles: true }
  stream: { replication: true }
`;

/** Settings of a text; a message for each problem. */
function read(text: string): { settings?: Settings; problems: string[] } {
  try {
    return { settings: parseSettings(parse(text)), problems: [] };
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return { problems: error.problems.map(({ path, message }) => `${path}: ${message}`) };
  }
}

describe("a tutorial's configuration, translated as it stands", () => {
  for (const [name, text, locales] of [
    ["an architecture page", architecture, ["en_US.UTF-8"]],
    ["an installation page", systemdInstallation, ["zh_CN.UTF-8", "zh_CN.UTF8"]],
    ["a book", bookChapter, ["en_US.UTF-8"]],
  ] as const) {
    it(`of ${name} is accepted, and reaches the members`, () => {
      const { settings, problems } = read(text);
      assert.deepEqual(problems, []);
      assert.ok(settings !== undefined);
      const input = parse(text) as { postgres: { parameters: Record<string, unknown> } };
      const networks = { clusterNetworks: [], clientNetworks: [] };
      const { postgresql } = dynamicConfig(settings, networks) as {
        postgresql: { parameters: Record<string, unknown> };
      };
      for (const [parameter, value] of Object.entries(input.postgres.parameters)) {
        assert.equal(postgresql.parameters[parameter], value, parameter);
      }
      assert.deepEqual(localesOf(settings.postgres), locales);
    });
  }

  for (const [line, remedy] of [
    ["postgres: { hba: [host all all 0.0.0.0/0 md5] }", /write scram-sha-256/],
    ["postgres: { parameters: { hot_standby: on } }", /Patroni turns it on/],
    ["postgres: { parameters: { listen_addresses: 0.0.0.0 } }", /use docker\.publishAddress/],
    ["postgres: { parameters: { port: 5432 } }", /use haproxy\.writePort/],
    ["postgres: { parameters: { wal_keep_segments: 100 } }", /use wal_keep_size/],
    ["postgres: { parameters: { restore_command: cp } }", /postgres\.recovery\.restoreCommand/],
    ["postgres: { parameters: { recovery_target_timeline: latest } }", /remove it/],
    ["patroni: { masterStartTimeout: 300 }", /is not a setting/],
    ["postgres: { version: 12 }", /from 13 to 18/],
    ["postgres: { dataDir: /data/postgresql }", /is not a setting/],
    ["roles: { app: {}, postgres: {} }", /is one of the cluster's own roles/],
    ["roles: { app: {}, replicator: {} }", /is one of the cluster's own roles/],
  ] as const) {
    it(`is refused with the remedy: ${line}`, () => {
      const { problems } = read(`clusterName: test\n${line}\n`);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", remedy);
    });
  }
});
