import type { SettingsInput } from "../../../configs/settings/schema";
import { vmInput } from "../models";
import { backupCases } from "./backupCases";
import { exporterCases } from "./exporterCases";
import { type Fault, passing, set, silent, together } from "./fault";

/** A fault, and the alerts that it fires. */
export interface AlertCase {
  fault: Fault;
  /** Alerts by name, and the services that they name. @default the tested one, without a service */
  fires?: Record<string, string[]>;
  /** Settings that differ from those of the tests. */
  settings?: Partial<SettingsInput>;
}

/** How an alert is tested: both ways. */
export interface AlertCases {
  fires: AlertCase;
  /** How long the expression needs to see the fault, in seconds. @default 0 */
  seenAfter?: number;
  /** Cases that look alike and must not fire, by why not. */
  quiet: Record<string, AlertCase>;
}

/** Three hosts, each with an HAProxy. */
const threeRoutes = vmInput();

/** Steps of a minute, for alerts that wait long. */
const slowly: Partial<SettingsInput> = {
  monitoring: {
    exporters: true,
    scrapeIntervalSeconds: 60,
    pausedMinutes: 10,
    pendingRestartHours: 1,
  },
};

const mebibyte = 1048576;

/** Standbys neither receive nor replay, as with a primary that is away. */
const noPrimary = together(
  set("patroni_primary patroni1", 0),
  set("haproxy_backend_active_servers primary", 0),
);

/** Cases of every alert, by its name. */
export const alertCases: Record<string, AlertCases> = {
  PostgresNoLeader: {
    fires: {
      fault: noPrimary,
      fires: { PostgresNoLeader: [], HaproxyWithoutPrimary: ["haproxy1"] },
    },
    quiet: {
      "a failover is quick": { fault: passing(19, noPrimary), fires: {} },
      "another member leads": {
        fault: together(set("patroni_primary patroni1", 0), set("patroni_primary patroni2", 1)),
        fires: {},
      },
      "nothing is seen": {
        fault: silent("haproxy1", "patroni1", "patroni2", "patroni3"),
        fires: { PostgresUnseen: [] },
      },
    },
  },
  PostgresTwoLeaders: {
    fires: { fault: set("patroni_primary patroni2", 1) },
    quiet: {
      "a switchover is seen at different moments": {
        fault: passing(10, set("patroni_primary patroni2", 1)),
        fires: {},
      },
      "the primary is seen through three HAProxies": {
        fault: together(),
        fires: {},
        settings: threeRoutes,
      },
    },
  },
  PostgresMembersMissing: {
    fires: { fault: set("patroni_postgres_running patroni3", 0) },
    quiet: {
      "a member restarts": {
        fault: passing(60, set("patroni_postgres_running patroni3", 0)),
        fires: {},
      },
      "one HAProxy of three is down": {
        fault: silent("haproxy1"),
        fires: { HaproxyDown: ["haproxy1"] },
        settings: threeRoutes,
      },
    },
  },
  PatroniWithoutEtcd: {
    fires: {
      fault: set("patroni_dcs_last_seen patroni3", (_, before) => before),
      fires: { PatroniWithoutEtcd: ["patroni3"] },
    },
    seenAfter: 50,
    quiet: {
      "etcd has no quorum, which is another alert": {
        fault: together(
          set("patroni_dcs_last_seen", (_, before) => before),
          set("etcd_server_has_leader etcd1 etcd2", 0),
        ),
        fires: { EtcdNoQuorum: [] },
      },
    },
  },
  PatroniFailsafeActive: {
    fires: {
      fault: set("patroni_failsafe_mode_is_active patroni1", 1),
      fires: { PatroniFailsafeActive: ["patroni1"] },
    },
    quiet: {
      "etcd was away for a moment": {
        fault: passing(19, set("patroni_failsafe_mode_is_active patroni1", 1)),
        fires: {},
      },
    },
  },
  PatroniPaused: {
    fires: { fault: set("patroni_is_paused", 1), settings: slowly },
    quiet: {
      "an update pauses Patroni": {
        fault: passing(540, set("patroni_is_paused", 1)),
        fires: {},
        settings: slowly,
      },
    },
  },
  PatroniRestartPending: {
    fires: {
      fault: set("patroni_pending_restart patroni2", 1),
      fires: { PatroniRestartPending: ["patroni2"] },
      settings: slowly,
    },
    quiet: {
      "it restarts within the hour": {
        fault: passing(3540, set("patroni_pending_restart patroni2", 1)),
        fires: {},
        settings: slowly,
      },
    },
  },
  PostgresTimelinesDiffer: {
    fires: { fault: set("patroni_postgres_timeline patroni3", 2), settings: slowly },
    quiet: {
      "a failover has just begun a timeline": {
        fault: passing(300, set("patroni_postgres_timeline patroni2", 4)),
        fires: {},
        settings: slowly,
      },
      "the timeline of a member is unknown": {
        fault: set("patroni_postgres_timeline patroni3", 0),
        fires: {},
        settings: slowly,
      },
    },
  },
  PostgresReplicationLag: {
    fires: {
      fault: set(
        "patroni_xlog_replayed_location patroni2",
        (since, before) => before + since * mebibyte - 80 * mebibyte,
      ),
      fires: { PostgresReplicationLag: ["patroni2"] },
    },
    quiet: {
      "the lag is small": {
        fault: set(
          "patroni_xlog_replayed_location patroni2",
          (since, before) => before + since * mebibyte - 60 * mebibyte,
        ),
        fires: {},
      },
      "a busy primary was scraped last": {
        // 40 MiB in each second, and the standby was scraped five seconds earlier.
        fault: together(
          set("patroni_xlog_location patroni1", (since, before) => before + 40 * since * mebibyte),
          set(
            "patroni_xlog_replayed_location patroni2 patroni3",
            (since, before) => before + 40 * (since - 5) * mebibyte,
          ),
          set(
            "patroni_xlog_received_location patroni2 patroni3",
            (since, before) => before + 40 * (since - 5) * mebibyte,
          ),
        ),
        fires: {},
      },
      "the stack file delays the member": {
        fault: set(
          "patroni_xlog_replayed_location patroni3",
          (since, before) => before + since * mebibyte - 600 * mebibyte,
        ),
        fires: {},
        settings: {
          postgres: {
            recovery: { applyDelaySeconds: { patroni3: 600 } },
            tags: { patroni3: { nofailover: true } },
          },
        },
      },
    },
  },
  PostgresReplayPaused: {
    fires: {
      fault: together(
        set("patroni_xlog_paused patroni2", 1),
        set("patroni_xlog_replayed_location patroni2", (_, before) => before),
      ),
      fires: { PostgresReplayPaused: ["patroni2"], PostgresReplicationLag: ["patroni2"] },
      settings: slowly,
    },
    quiet: {
      "somebody takes a snapshot": {
        fault: passing(600, set("patroni_xlog_paused patroni2", 1)),
        fires: {},
        settings: slowly,
      },
    },
  },
  PostgresReplayStopped: {
    fires: {
      fault: together(
        // A quiet primary: the lag alone is too small for an alert.
        set("patroni_xlog_location patroni1", (_, before) => before + mebibyte),
        set("patroni_xlog_received_location patroni2 patroni3", (_, before) => before + mebibyte),
        set("patroni_xlog_replayed_location patroni3", (_, before) => before + mebibyte),
        set("patroni_xlog_replayed_location patroni2", (_, before) => before),
      ),
      fires: { PostgresReplayStopped: ["patroni2"] },
    },
    seenAfter: 310,
    quiet: {
      "nobody writes": {
        fault: together(
          set("patroni_xlog_location patroni1", (_, before) => before),
          set("patroni_xlog_received_location", (_, before) => before),
          set("patroni_xlog_replayed_location", (_, before) => before),
        ),
        fires: {},
      },
    },
  },
  PostgresNotStreaming: {
    fires: {
      fault: set("patroni_postgres_streaming patroni3", 0),
      fires: { PostgresNotStreaming: ["patroni3"] },
    },
    quiet: {
      "a standby restarts": {
        fault: passing(60, set("patroni_postgres_streaming patroni3", 0)),
        fires: {},
      },
      "there is no primary": {
        fault: together(noPrimary, set("patroni_postgres_streaming", 0)),
        fires: { PostgresNoLeader: [], HaproxyWithoutPrimary: ["haproxy1"] },
      },
    },
  },
  PostgresNoSynchronousStandby: {
    fires: { fault: set("patroni_sync_standby", 0) },
    quiet: {
      "another standby is synchronous": {
        fault: together(
          set("patroni_sync_standby patroni2", 0),
          set("patroni_sync_standby patroni3", 1),
        ),
        fires: {},
      },
      "a quorum confirms": {
        fault: together(
          set("patroni_sync_standby", 0),
          set("patroni_quorum_standby patroni2 patroni3", 1),
        ),
        fires: {},
      },
      "synchronous mode is off": {
        fault: set("patroni_sync_standby", 0),
        fires: {},
        settings: { patroni: { synchronousMode: "off" } },
      },
    },
  },
  EtcdNoQuorum: {
    fires: {
      fault: together(set("etcd_server_has_leader etcd1", 0), silent("etcd2", "etcd3")),
      fires: { EtcdNoQuorum: [] },
    },
    quiet: {
      "one member of three is down": { fault: silent("etcd3"), fires: {} },
      "nothing is seen": {
        fault: silent("haproxy1", "etcd1", "etcd2", "etcd3"),
        fires: { PostgresUnseen: [] },
      },
    },
  },
  EtcdLeaderChanges: {
    fires: {
      fault: set("etcd_server_leader_changes_seen_total", (since, before) =>
        Math.min(before + 6, before + Math.floor(since / 20)),
      ),
    },
    seenAfter: 200,
    quiet: {
      "an update restarts every member": {
        fault: set("etcd_server_leader_changes_seen_total", (since, before) =>
          Math.min(before + 2, before + Math.floor(since / 20)),
        ),
        fires: {},
      },
    },
  },
  EtcdSlowDisk: {
    fires: {
      fault: set(
        "etcd_disk_wal_fsync_duration_seconds_bucket 0.004 0.064",
        (since, before) => before + 9 * since,
      ),
      fires: { EtcdSlowDisk: ["etcd1", "etcd2", "etcd3"] },
    },
    seenAfter: 120,
    quiet: {
      "writes take up to 64 ms": {
        fault: set(
          "etcd_disk_wal_fsync_duration_seconds_bucket 0.004",
          (since, before) => before + 5 * since,
        ),
        fires: {},
      },
    },
  },
  EtcdDatabaseFull: {
    fires: {
      fault: set("etcd_mvcc_db_total_size_in_bytes etcd2", 420 * mebibyte),
      fires: { EtcdDatabaseFull: ["etcd2"] },
    },
    quiet: {
      "the database is large": {
        fault: set("etcd_mvcc_db_total_size_in_bytes", 400 * mebibyte),
        fires: {},
      },
    },
  },
  HaproxyWithoutPrimary: {
    fires: {
      fault: set("haproxy_backend_active_servers primary", 0),
      fires: { HaproxyWithoutPrimary: ["haproxy1"] },
    },
    quiet: {
      "a switchover": {
        fault: passing(10, set("haproxy_backend_active_servers primary", 0)),
        fires: {},
      },
      "there is no standby": {
        fault: set("haproxy_backend_active_servers standbys", 0),
        fires: {},
      },
    },
  },
  HaproxyTwoPrimaries: {
    fires: {
      fault: set("haproxy_backend_active_servers primary", 2),
      fires: { HaproxyTwoPrimaries: ["haproxy1"] },
    },
    quiet: {
      "it has just started, and checks no member yet": {
        fault: passing(9, set("haproxy_backend_active_servers primary", 3)),
        fires: {},
      },
    },
  },
  HaproxySaturated: {
    fires: {
      fault: together(
        set("haproxy_frontend_current_sessions", 1710),
        set("haproxy_process_current_connections", 1720),
      ),
      fires: { HaproxySaturated: ["haproxy1"] },
    },
    quiet: {
      "there are many sessions": {
        fault: set("haproxy_process_current_connections", 1690),
        fires: {},
      },
      "a burst of sessions": {
        fault: passing(60, set("haproxy_process_current_connections", 1990)),
        fires: {},
      },
    },
  },
  HaproxyClientsWait: {
    fires: {
      fault: set("haproxy_backend_current_queue primary", 3),
      fires: { HaproxyClientsWait: ["haproxy1 primary"] },
    },
    quiet: {
      "clients wait for a moment": {
        fault: passing(30, set("haproxy_backend_current_queue primary", 3)),
        fires: {},
      },
    },
  },
  PostgresUnseen: {
    fires: { fault: silent("haproxy1", "patroni1", "patroni2", "patroni3") },
    quiet: {
      "one HAProxy of three is down": {
        fault: silent("haproxy1"),
        fires: {},
        settings: threeRoutes,
      },
    },
  },
  HaproxyDown: {
    fires: {
      fault: silent("haproxy2"),
      fires: { HaproxyDown: ["haproxy2"] },
      settings: threeRoutes,
    },
    quiet: {
      "it restarts": { fault: passing(50, silent("haproxy2")), fires: {}, settings: threeRoutes },
    },
  },
  PatroniDown: {
    fires: { fault: silent("patroni3"), fires: { PatroniDown: ["patroni3"] } },
    quiet: {
      "it restarts": { fault: passing(50, silent("patroni3")), fires: {} },
      "one HAProxy of three does not reach it": {
        fault: (all, begins) =>
          all.map((one) =>
            one.labels.route === "haproxy1" && one.labels.service === "patroni3"
              ? (silent("patroni3")([one], begins)[0] ?? one)
              : one,
          ),
        fires: {},
        settings: threeRoutes,
      },
    },
  },
  EtcdDown: {
    fires: { fault: silent("etcd2"), fires: { EtcdDown: ["etcd2"] } },
    quiet: { "it restarts": { fault: passing(50, silent("etcd2")), fires: {} } },
  },
  ...exporterCases,
  ...backupCases,
};
