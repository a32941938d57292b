import { archiveParameters } from "../backup/archiveCommand";
import { foundingOf } from "./founding";
import { memoryParameters } from "./memory";
import { pgHbaLines, type PgHbaModel } from "./pgHba";
import type { Settings } from "../settings/schema";

/** Sources of connections to members, from the platform. */
export type Networks = Pick<PgHbaModel, "clusterNetworks" | "clientNetworks">;

/** Patroni's dynamic configuration, which all members share through etcd. */
export type DynamicConfig = Record<string, unknown>;

/**
 * The stack file's part of the dynamic configuration. Patroni reads it from `bootstrap.dcs` once,
 * at the founding; every later change is patched into the running cluster.
 */
export function dynamicConfig(settings: Settings, networks: Networks): DynamicConfig {
  const { patroni, postgres, tls } = settings;
  return {
    // Patroni ignores unknown keys.
    hapg: { founding: foundingOf(settings) },
    ttl: patroni.ttlSeconds,
    loop_wait: patroni.loopWaitSeconds,
    retry_timeout: patroni.retryTimeoutSeconds,
    maximum_lag_on_failover: patroni.maximumLagOnFailoverBytes,
    member_slots_ttl: patroni.memberSlotsTtlSeconds,
    primary_start_timeout: patroni.primaryStartTimeoutSeconds,
    primary_stop_timeout: patroni.primaryStopTimeoutSeconds,
    synchronous_mode: { off: false, on: true, quorum: "quorum" }[patroni.synchronousMode],
    synchronous_mode_strict: patroni.synchronousModeStrict,
    synchronous_node_count: patroni.synchronousNodeCount,
    failsafe_mode: patroni.failsafeMode,
    ...slotsOf(patroni),
    postgresql: {
      use_pg_rewind: postgres.usePgRewind,
      use_slots: postgres.useSlots,
      remove_data_directory_on_rewind_failure: postgres.removeDataOnDivergence,
      remove_data_directory_on_diverged_timelines: postgres.removeDataOnDivergence,
      parameters: postgresParameters(settings),
      pg_hba: pgHbaLines({ ...networks, extra: postgres.hba, clients: tls.clients }),
    },
  };
}

/** Left out without any, so that slots of `hapg edit-config` stay. */
function slotsOf({ slots, ignoreSlots }: Settings["patroni"]): DynamicConfig {
  const permanent = Object.entries(slots).map(([name, { type, database, plugin = "pgoutput" }]) => [
    name,
    type === "physical" ? { type } : { type, database, plugin },
  ]);
  return {
    ...(permanent.length === 0 ? {} : { slots: Object.fromEntries(permanent) as object }),
    ...(ignoreSlots.length === 0 ? {} : { ignore_slots: ignoreSlots }),
  };
}

/** Defaults of this program; the stack file's own parameters override them. */
function postgresParameters(settings: Settings): Record<string, string | number | boolean> {
  const { postgres } = settings;
  const connections = Number(postgres.parameters.max_connections);
  return {
    ...memoryParameters(
      postgres.memoryMegabytes,
      Number.isInteger(connections) ? connections : undefined,
    ),
    password_encryption: "scram-sha-256",
    // pg_rewind needs one of the two, and checksums can be turned off.
    wal_log_hints: "on",
    wal_level: "replica",
    // Enough for the maximum number of members, copies in progress and the stack file's own slots.
    // The value does not follow the number of members, because a change restarts all of them.
    max_wal_senders: 20,
    max_replication_slots: 20,
    // A standby that is gone for long loses its slot instead of filling the primary's disk.
    max_slot_wal_keep_size: "4GB",
    // How soon a disconnected standby retries. A restarted primary accepts writes that no standby
    // has until then: with PostgreSQL's default of five seconds, a failover right after a restart
    // lost 22 of them on average.
    wal_retrieve_retry_interval: "500ms",
    // Detects a vanished client or standby in seconds instead of two hours.
    tcp_keepalives_idle: "10s",
    tcp_keepalives_interval: "5s",
    tcp_keepalives_count: 3,
    tcp_user_timeout: "20s",
    log_line_prefix: "%m [%p] %q%u@%d/%a ",
    log_checkpoints: "on",
    log_lock_waits: "on",
    log_temp_files: "10MB",
    ...archiveParameters(settings),
    ...postgres.parameters,
  };
}
