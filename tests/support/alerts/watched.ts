import { besideName } from "../../../configs/cluster/plan";
import { type ScrapedKind, WatchedCluster } from "../../../configs/monitoring/alert";
import type { Settings } from "../../../configs/settings/schema";

/** A value at a time in seconds; undefined: Prometheus has none, because the target is silent. */
export type Value = (seconds: number) => number | undefined;

/** A series of a watched cluster. */
export interface Series {
  metric: string;
  labels: Record<string, string>;
  value: Value;
}

const constant =
  (number: number): Value =>
  () =>
    number;

/** A busy primary: a MiB in each second. */
export const written: Value = (seconds) => 1e9 + seconds * 1048576;

const of = (metrics: Record<string, number | Value>, more: Record<string, string> = {}): Series[] =>
  Object.entries(metrics).map(([metric, value]) => ({
    metric,
    labels: more,
    value: typeof value === "number" ? constant(value) : value,
  }));

/** What Patroni shows of a healthy member. */
const patroni = (isPrimary: boolean, isSynchronous: boolean): Series[] =>
  of({
    up: 1,
    patroni_primary: isPrimary ? 1 : 0,
    patroni_replica: isPrimary ? 0 : 1,
    patroni_postgres_running: 1,
    patroni_postgres_streaming: isPrimary ? 0 : 1,
    patroni_postgres_timeline: 3,
    patroni_xlog_location: isPrimary ? written : 0,
    patroni_xlog_received_location: isPrimary ? 0 : written,
    patroni_xlog_replayed_location: isPrimary ? 0 : written,
    patroni_xlog_paused: 0,
    patroni_dcs_last_seen: (seconds) => seconds,
    patroni_pending_restart: 0,
    patroni_is_paused: 0,
    patroni_failsafe_mode_is_active: 0,
    patroni_sync_standby: isSynchronous ? 1 : 0,
    patroni_quorum_standby: 0,
  });

/** Ten writes in each second, all within 4 ms. */
const fsync = "etcd_disk_wal_fsync_duration_seconds_bucket";
const writes: Value = (seconds) => 10 * seconds;

const etcd = (): Series[] => [
  ...of({
    up: 1,
    etcd_server_has_leader: 1,
    etcd_server_leader_changes_seen_total: 1,
    etcd_server_quota_backend_bytes: 512 * 1048576,
    etcd_mvcc_db_total_size_in_bytes: 2 * 1048576,
  }),
  ...["0.004", "0.064", "0.512", "+Inf"].flatMap((le) => of({ [fsync]: writes }, { le })),
];

const haproxy = (): Series[] => [
  ...of({
    up: 1,
    haproxy_process_current_connections: 20,
    haproxy_process_max_connections: 2000,
  }),
  ...of(
    { haproxy_frontend_current_sessions: 10, haproxy_frontend_limit_sessions: 2000 },
    { proxy: "write" },
  ),
  ...["primary", "standbys"].flatMap((proxy, i) =>
    of({ haproxy_backend_active_servers: 1 + i, haproxy_backend_current_queue: 0 }, { proxy }),
  ),
];

/** A GiB, of which a slot may hold back a part. */
const gibibyte = 1024 ** 3;

const postgres = (): Series[] => [
  ...of({
    up: 1,
    pg_up: 1,
    hapg_postgres_connections: 20,
    hapg_postgres_connection_limit: 97,
    hapg_postgres_longest_transaction_seconds: 2,
    hapg_postgres_oldest_transaction_age: 150_000_000,
    hapg_postgres_oldest_multixact_age: 1_000_000,
    hapg_postgres_deadlocks_total: 3,
    hapg_postgres_checksum_failures: 0,
    hapg_slots_limit_bytes: 4 * gibibyte,
    hapg_archiver_failing: 0,
    hapg_archiver_waiting_seconds: 20,
  }),
  ...of({ hapg_slot_held_bytes: 16 * 1048576, hapg_slot_lost: 0 }, { slot_name: "changes" }),
];

const pgbouncer = (): Series[] => [
  ...of({ up: 1, pgbouncer_up: 1, pgbouncer_used_clients: 40 }),
  ...["app", "app_ro"].flatMap((database) => [
    ...of({ pgbouncer_pools_client_maxwait_seconds: 0 }, { database, user: "web" }),
    ...of({ pgbouncer_databases_paused: 0 }, { name: database }),
  ]),
];

const node = (): Series[] => [
  ...of({ up: 1 }),
  ...["/", "/var/lib/postgresql"].flatMap((mountpoint) =>
    of(
      {
        node_filesystem_size_bytes: 100 * gibibyte,
        node_filesystem_avail_bytes: 45 * gibibyte,
      },
      { mountpoint, fstype: "ext4" },
    ),
  ),
];

const probe = (): Series[] => [
  ...of({ up: 1 }),
  ...["write", "read", "pool"].flatMap((endpoint) =>
    of({ hapg_probe_success_age_seconds: 0.4 }, { endpoint }),
  ),
];

const repository = (): Series[] =>
  of({
    up: 1,
    hapg_backup_readable: 1,
    hapg_backup_report_time_seconds: (seconds) => seconds,
    hapg_backup_running: 0,
    hapg_backup_failed: 0,
    hapg_backup_due_since_seconds: 0,
    hapg_backup_rehearsal_failed: 0,
    hapg_backup_disk_bytes: 100 * gibibyte,
    hapg_backup_disk_free_bytes: 60 * gibibyte,
    hapg_backup_backups: 9,
    hapg_backup_archive_gaps: 0,
  });

/** Everything that the alerts of a healthy cluster read. patroni1 leads, patroni2 is synchronous. */
export function healthySeries(settings: Settings): Series[] {
  const cluster = new WatchedCluster(settings);
  const routes = cluster.services("haproxy");
  const labelled = (kind: ScrapedKind, service: string, all: Series[]) =>
    all.map((one) => ({
      ...one,
      labels: { cluster: settings.clusterName, job: cluster.job(kind), service, ...one.labels },
    }));
  const routed = (all: Series[]) =>
    routes.flatMap(({ name: route }) =>
      all.map((one) => ({ ...one, labels: { ...one.labels, route } })),
    );
  return [
    ...routed([
      ...cluster
        .services("patroni")
        .flatMap(({ name }, i) => labelled("patroni", name, patroni(i === 0, i === 1))),
      ...cluster.services("etcd").flatMap(({ name }) => labelled("etcd", name, etcd())),
      ...cluster
        .services("postgresexporter")
        .flatMap(({ name }) => labelled("postgresexporter", besideName(name) ?? "", postgres())),
      ...cluster
        .services("pgbouncerexporter")
        .flatMap(({ name }) => labelled("pgbouncerexporter", besideName(name) ?? "", pgbouncer())),
      ...cluster
        .services("probe")
        .flatMap(({ name }) => labelled("probe", besideName(name) ?? "", probe())),
      ...cluster
        .services("repository")
        .flatMap(({ name }) => labelled("repository", name, repository())),
      ...cluster.services("nodeexporter").flatMap(({ name, host = "" }) =>
        labelled("nodeexporter", name, node()).map((one) => ({
          ...one,
          labels: { ...one.labels, host },
        })),
      ),
    ]),
    ...routes.flatMap(({ name }) => labelled("haproxy", name, haproxy())),
  ];
}
