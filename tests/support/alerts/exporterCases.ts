import { vmInput } from "../models";
import type { AlertCases } from "./cases";
import { passing, set, silent, together } from "./fault";

const [mebibyte, gibibyte] = [1024 ** 2, 1024 ** 3];

/** Three hosts, each with an HAProxy, through which each exporter is scraped. */
const threeRoutes = vmInput({ monitoring: { exporters: true, probe: true } });

/** Nobody leads. */
const noPrimary = together(
  set("patroni_primary patroni1", 0),
  set("haproxy_backend_active_servers primary", 0),
);

/** Cases of the alerts that read exporters, by their names. */
export const exporterCases: Record<string, AlertCases> = {
  PostgresConnectionsSaturated: {
    fires: {
      fault: set("hapg_postgres_connections patroni1", 83),
      fires: { PostgresConnectionsSaturated: ["patroni1"] },
    },
    quiet: {
      "there is room": { fault: set("hapg_postgres_connections", 82), fires: {} },
      "a burst of connections": {
        fault: passing(60, set("hapg_postgres_connections patroni1", 97)),
        fires: {},
      },
    },
  },
  PostgresLongTransaction: {
    fires: {
      fault: set("hapg_postgres_longest_transaction_seconds patroni1", (since) => 3601 + since),
      fires: { PostgresLongTransaction: ["patroni1"] },
    },
    quiet: {
      "it is on a standby, where it holds up no vacuum": {
        fault: set("hapg_postgres_longest_transaction_seconds patroni2", 7200),
        fires: {},
      },
      "it is shorter": {
        fault: set("hapg_postgres_longest_transaction_seconds patroni1", 3500),
        fires: {},
      },
    },
  },
  PostgresWraparound: {
    fires: {
      fault: set("hapg_postgres_oldest_transaction_age", 1_000_000_001),
      fires: { PostgresWraparound: ["patroni1"] },
    },
    quiet: {
      "autovacuum has just begun to freeze": {
        fault: set("hapg_postgres_oldest_transaction_age", 210_000_000),
        fires: {},
      },
    },
  },
  PostgresWraparoundNear: {
    fires: {
      fault: set("hapg_postgres_oldest_multixact_age", 1_600_000_001),
      fires: { PostgresWraparound: ["patroni1"], PostgresWraparoundNear: ["patroni1"] },
    },
    quiet: {
      "there is time": {
        fault: set("hapg_postgres_oldest_multixact_age", 1_500_000_000),
        fires: { PostgresWraparound: ["patroni1"] },
      },
    },
  },
  PostgresDeadlocks: {
    fires: {
      fault: set("hapg_postgres_deadlocks_total patroni1", (since, before) =>
        Math.min(before + 8, before + Math.floor(since / 10)),
      ),
      fires: { PostgresDeadlocks: ["patroni1"] },
    },
    seenAfter: 100,
    quiet: {
      "there is one now and then": {
        fault: set("hapg_postgres_deadlocks_total patroni1", (since, before) =>
          Math.min(before + 3, before + Math.floor(since / 10)),
        ),
        fires: {},
      },
      "the statistics are reset": {
        fault: set("hapg_postgres_deadlocks_total patroni1", 0),
        fires: {},
      },
    },
  },
  PostgresChecksumFailures: {
    fires: {
      fault: set("hapg_postgres_checksum_failures patroni2", 1),
      fires: { PostgresChecksumFailures: ["patroni2"] },
    },
    quiet: { "all pages are good": { fault: together(), fires: {}, settings: threeRoutes } },
  },
  PostgresSlotHoldsWal: {
    fires: {
      fault: set("hapg_slot_held_bytes patroni1", 2049 * mebibyte),
      fires: { PostgresSlotHoldsWal: ["patroni1 slot_name=changes"] },
    },
    quiet: {
      "it holds back less than half of what it may": {
        fault: set("hapg_slot_held_bytes", 2047 * mebibyte),
        fires: {},
      },
      "there is no limit, and it holds back little": {
        fault: together(
          set("hapg_slots_limit_bytes", 0),
          set("hapg_slot_held_bytes", 1000 * mebibyte),
        ),
        fires: {},
      },
      "a consumer was away for a moment": {
        fault: passing(60, set("hapg_slot_held_bytes", 3000 * mebibyte)),
        fires: {},
      },
    },
  },
  PostgresSlotLost: {
    fires: {
      fault: set("hapg_slot_lost patroni1", 1),
      fires: { PostgresSlotLost: ["patroni1 slot_name=changes"] },
    },
    quiet: { "it is dropped": { fault: passing(30, set("hapg_slot_lost", 1)), fires: {} } },
  },
  PostgresArchiveFailing: {
    fires: {
      fault: set("hapg_archiver_failing patroni1", 1),
      fires: { PostgresArchiveFailing: ["patroni1"] },
    },
    quiet: {
      "the repository restarts": {
        fault: passing(240, set("hapg_archiver_failing patroni1", 1)),
        fires: {},
      },
      "it is a standby, which has led before": {
        fault: set("hapg_archiver_failing patroni2", 1),
        fires: {},
      },
    },
  },
  PostgresArchiveLate: {
    fires: {
      fault: set("hapg_archiver_waiting_seconds patroni1", (since) => 151 + since),
      fires: { PostgresArchiveLate: ["patroni1"] },
    },
    quiet: {
      "WAL waits as long as it may": {
        fault: set("hapg_archiver_waiting_seconds patroni1", 150),
        fires: {},
      },
      "nothing is archived on a standby": {
        fault: set("hapg_archiver_waiting_seconds patroni3", 9999),
        fires: {},
      },
    },
  },
  PostgresExporterDown: {
    fires: {
      fault: set("pg_up patroni2", 0),
      fires: { PostgresExporterDown: ["patroni2"] },
    },
    quiet: {
      "PostgreSQL does not run, which is another alert": {
        fault: together(set("pg_up patroni2", 0), set("patroni_postgres_running patroni2", 0)),
        fires: {},
      },
      "the host is lost": { fault: silent("patroni3"), fires: { PatroniDown: ["patroni3"] } },
      "one HAProxy of three is down": {
        fault: silent("haproxy1"),
        fires: { HaproxyDown: ["haproxy1"] },
        settings: threeRoutes,
      },
      "it restarts": { fault: passing(50, set("pg_up patroni2", 0)), fires: {} },
    },
  },
  PgbouncerDown: {
    fires: { fault: set("pgbouncer_up", 0), fires: { PgbouncerDown: ["pgbouncer1"] } },
    quiet: { "it restarts": { fault: passing(19, set("pgbouncer_up", 0)), fires: {} } },
  },
  PgbouncerPaused: {
    fires: {
      fault: together(
        set("pgbouncer_databases_paused app", 1),
        set("pgbouncer_pools_client_maxwait_seconds app", (since) => since),
      ),
      fires: { PgbouncerPaused: ["pgbouncer1"] },
    },
    quiet: {
      "an update changes the leader": {
        fault: passing(50, set("pgbouncer_databases_paused app", 1)),
        fires: {},
      },
    },
  },
  PgbouncerClientsWait: {
    fires: {
      fault: set("pgbouncer_pools_client_maxwait_seconds app", 6),
      fires: { PgbouncerClientsWait: ["pgbouncer1 database=app"] },
    },
    quiet: {
      "clients wait for a moment": {
        fault: set("pgbouncer_pools_client_maxwait_seconds app", 4),
        fires: {},
      },
      "nobody leads, which is another alert": {
        fault: together(noPrimary, set("pgbouncer_pools_client_maxwait_seconds app", 60)),
        fires: { PostgresNoLeader: [], HaproxyWithoutPrimary: ["haproxy1"] },
      },
    },
  },
  PgbouncerSaturated: {
    fires: {
      fault: set("pgbouncer_used_clients", 851),
      fires: { PgbouncerSaturated: ["pgbouncer1"] },
    },
    quiet: {
      "there are many clients": { fault: set("pgbouncer_used_clients", 840), fires: {} },
      "it takes more": {
        fault: set("pgbouncer_used_clients", 1600),
        fires: {},
        settings: {
          pgbouncer: { maxClientConnections: 2000 },
          monitoring: { exporters: true },
        },
      },
    },
  },
  HostDiskNearlyFull: {
    fires: {
      fault: set("node_filesystem_avail_bytes nodeexporter-db2", 14 * gibibyte),
      fires: {
        HostDiskNearlyFull: ["host=db2 mountpoint=/", "host=db2 mountpoint=/var/lib/postgresql"],
      },
      settings: threeRoutes,
    },
    quiet: {
      "there is room": {
        fault: set("node_filesystem_avail_bytes", 16 * gibibyte),
        fires: {},
        settings: threeRoutes,
      },
      "a sort needs it for a moment": {
        fault: passing(240, set("node_filesystem_avail_bytes", gibibyte)),
        fires: {},
        settings: threeRoutes,
      },
    },
  },
  HostDiskFullWithinDay: {
    fires: {
      fault: set(
        "node_filesystem_avail_bytes nodeexporter-db1",
        (since, before) => before - since * 2 * mebibyte,
      ),
      fires: {
        HostDiskFullWithinDay: ["host=db1 mountpoint=/", "host=db1 mountpoint=/var/lib/postgresql"],
      },
      settings: threeRoutes,
    },
    seenAfter: 60,
    quiet: {
      "it fills up slowly": {
        fault: set(
          "node_filesystem_avail_bytes nodeexporter-db1",
          (since, before) => before - (since * mebibyte) / 4,
        ),
        fires: {},
        settings: threeRoutes,
      },
      "most of it is free": {
        fault: together(
          set("node_filesystem_size_bytes", 80 * gibibyte),
          set(
            "node_filesystem_avail_bytes nodeexporter-db1",
            (since, before) => before - since * 2 * mebibyte,
          ),
        ),
        fires: {},
        settings: threeRoutes,
      },
    },
  },
  NodeExporterDown: {
    fires: {
      fault: silent("nodeexporter-db3"),
      fires: { NodeExporterDown: ["host=db3"] },
      settings: threeRoutes,
    },
    quiet: {
      "it restarts": {
        fault: passing(50, silent("nodeexporter-db3")),
        fires: {},
        settings: threeRoutes,
      },
      "one HAProxy of three is down": {
        fault: silent("haproxy3"),
        fires: { HaproxyDown: ["haproxy3"] },
        settings: threeRoutes,
      },
    },
  },
  ProbeWriteOutage: {
    fires: {
      fault: set("hapg_probe_success_age_seconds pool", (since) => since),
      fires: { ProbeWriteOutage: ["haproxy1 endpoint=pool"] },
    },
    seenAfter: 10,
    quiet: {
      "a switchover": {
        fault: set("hapg_probe_success_age_seconds", (since) => Math.min(since, 8)),
        fires: {},
      },
      "the stack file allows longer outages": {
        fault: set("hapg_probe_success_age_seconds", (since) => since),
        fires: {},
        settings: { monitoring: { probe: true, outageSeconds: 30 } },
      },
    },
  },
  ProbeReadOutage: {
    fires: {
      fault: set("hapg_probe_success_age_seconds read", (since) => since),
      fires: { ProbeReadOutage: ["haproxy1 endpoint=read"] },
    },
    seenAfter: 10,
    quiet: {
      "writes alone fail": {
        fault: set("hapg_probe_success_age_seconds write", 60),
        fires: { ProbeWriteOutage: ["haproxy1 endpoint=write"] },
      },
    },
  },
  ProbeDown: {
    fires: {
      fault: (all, begins) =>
        all.map((one) =>
          one.labels.job === "test-probe" && one.labels.service === "haproxy2"
            ? (silent("haproxy2")([one], begins)[0] ?? one)
            : one,
        ),
      fires: { ProbeDown: ["haproxy2"] },
      settings: threeRoutes,
    },
    quiet: {
      "it restarts": {
        fault: (all, begins) =>
          passing(50, (those, from) =>
            those.map((one) =>
              one.labels.job === "test-probe" ? (silent("haproxy1")([one], from)[0] ?? one) : one,
            ),
          )(all, begins),
        fires: {},
      },
    },
  },
  PgbouncerExporterDown: {
    fires: {
      fault: silent("pgbouncer1"),
      fires: { PgbouncerExporterDown: ["pgbouncer1"] },
    },
    quiet: {
      "it restarts": { fault: passing(50, silent("pgbouncer1")), fires: {} },
      "nothing is seen": {
        fault: silent("haproxy1", "pgbouncer1"),
        fires: { PostgresUnseen: [], HaproxyDown: ["haproxy1"] },
      },
    },
  },
};
