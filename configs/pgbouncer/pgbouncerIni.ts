import { iniKey, iniValue, userlistField } from "../escape";
import type { Login } from "../access/logins";
import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";
import { trackedByDefault } from "./startupParameters";

/** The inputs of pgbouncer.ini. */
export interface PgbouncerModel {
  pgbouncer: Settings["pgbouncer"];
  /** Addresses of the HAProxies: one is used until it fails, then the next one. */
  haproxies: string[];
  /** HAProxy's port for the primary. */
  writePort: number;
  /** HAProxy's port for the standbys. */
  readPort: number;
  /** Role that looks up the passwords of all others. */
  lookupUser: string;
  tls: Pick<Settings["tls"], "clients" | "minimumVersion">;
  /** Databases with their own entries; others are reached through the fallback, for writes. */
  databases: string[];
  /** Digest of this content: PgBouncer shows it on its console as {@link generationSetting}. */
  generation: string;
  /** Users who can read the statistics on the console, beside those of the stack file. @default none */
  statsUsers?: string[];
}

/**
 * A setting that a reload applies and that has no other effect: PgBouncer does not log to syslog.
 */
export const generationSetting = "syslog_ident";

/** User of PgBouncer's admin console, and schema of the function that looks up passwords. */
export const poolUser = "pgbouncer";

/**
 * The pool's configuration. A database NAME has two entries: NAME routes to the primary and NAME_ro
 * to the standbys. Password lookups use the route of the connection, so that readers can log in
 * without a primary.
 *
 * Only the service's own user can administer it, on the Unix socket.
 */
export function renderPgbouncerIni(model: PgbouncerModel): string {
  const { pgbouncer, haproxies, writePort, readPort, lookupUser, databases, tls, statsUsers } =
    model;
  const { stats_users: others, ...parameters } = pgbouncer.parameters;
  const identity = paths.identityOf(paths.pgbouncerConfig);
  const protocols = tls.minimumVersion === "1.2" ? "tlsv1.2,tlsv1.3" : "tlsv1.3";
  const host = `${haproxies.join(",")}${haproxies.length > 1 ? " load_balance_hosts=disable" : ""}`;
  const write = `host=${host} port=${writePort} auth_dbname=postgres`;
  const read = `host=${host} port=${readPort} auth_dbname=postgres_ro`;
  const entries = ["postgres", ...databases].flatMap((name) => {
    const own = poolOptions(pgbouncer.databases[name] ?? {});
    return [
      `${iniKey(name)} = ${write}${own}`,
      `${iniKey(name)}_ro = ${read} dbname=${iniValue(name)}${own}`,
    ];
  });
  return [
    "[databases]",
    ...entries,
    `* = ${write}`,
    "",
    "[pgbouncer]",
    `%include ${paths.pgbouncerListen}`,
    "",
    "auth_type = scram-sha-256",
    `auth_file = ${paths.pgbouncerUserlist}`,
    `auth_user = ${lookupUser}`,
    `auth_query = SELECT * FROM ${poolUser}.user_lookup($1)`,
    "",
    `client_tls_sslmode = ${{ required: "require", allowed: "allow" }[tls.clients]}`,
    `client_tls_cert_file = ${identity}`,
    `client_tls_key_file = ${identity}`,
    `client_tls_protocols = ${protocols}`,
    // The member's certificate also has HAProxy's names. PgBouncer would treat a list of them as
    // one name.
    `server_tls_sslmode = ${haproxies.length > 1 ? "verify-ca" : "verify-full"}`,
    `server_tls_ca_file = ${paths.caOf(paths.pgbouncerConfig)}`,
    `server_tls_protocols = ${protocols}`,
    "",
    `pool_mode = ${pgbouncer.poolMode}`,
    `default_pool_size = ${pgbouncer.poolSize}`,
    ...(pgbouncer.minPoolSize > 0 ? [`min_pool_size = ${pgbouncer.minPoolSize}`] : []),
    `reserve_pool_size = ${pgbouncer.reservePoolSize}`,
    ...(pgbouncer.maxDatabaseConnections > 0
      ? [`max_db_connections = ${pgbouncer.maxDatabaseConnections}`]
      : []),
    "reserve_pool_timeout = 3",
    `max_client_conn = ${pgbouncer.maxClientConnections}`,
    `max_prepared_statements = ${pgbouncer.maxPreparedStatements}`,
    // JDBC sends it; since PostgreSQL 12 the default is as exact. Parameters that matter to a
    // query, such as search_path, are rejected rather than ignored, unless the stack file permits
    // them.
    "ignore_startup_parameters = " +
      ["extra_float_digits", ...pgbouncer.ignoredStartupParameters].join(", "),
    "",
    // Waiting clients must not see the first failures of a failover after it has ended. In seconds.
    "server_login_retry = 0.2",
    // Every HAProxy is tried in turn, and one on a dead host does not answer.
    "server_connect_timeout = 2",
    "server_check_delay = 10",
    `server_lifetime = ${pgbouncer.serverLifetimeSeconds}`,
    `server_idle_timeout = ${pgbouncer.serverIdleTimeoutSeconds}`,
    `query_wait_timeout = ${pgbouncer.queryWaitTimeoutSeconds}`,
    "client_login_timeout = 60",
    "",
    // A vanished peer is detected within 11 seconds, idle or not: before its lease expires.
    "tcp_keepalive = 1",
    "tcp_keepidle = 5",
    "tcp_keepintvl = 2",
    "tcp_keepcnt = 3",
    "tcp_user_timeout = 11000",
    // An HAProxy may return with another address.
    "dns_max_ttl = 1",
    "dns_nxdomain_ttl = 1",
    "",
    // Errors are logged, but not every connection of every client.
    "log_connections = 0",
    "log_disconnections = 0",
    "stats_period = 3600",
    "",
    "syslog = 0",
    // PgBouncer uses the last value of a parameter.
    ...(statsUsers === undefined
      ? Object.entries(pgbouncer.parameters)
      : Object.entries({
          ...parameters,
          stats_users: [...statsUsers, ...(others === undefined ? [] : [others])].join(", "),
        })
    ).map(([name, value]) => `${name} = ${value}`),
    `${generationSetting} = ${model.generation}`,
    "",
  ].join("\n");
}

/** The options of a database's entry for its own pools, each after a space. */
function poolOptions(own: Partial<Settings["pgbouncer"]["databases"][string]>): string {
  const options = {
    pool_size: own.poolSize,
    min_pool_size: own.minPoolSize,
    reserve_pool_size: own.reservePoolSize,
    max_db_connections: own.maxConnections,
    pool_mode: own.poolMode,
  };
  return Object.entries(options)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}=${value}`))
    .join("");
}

/**
 * The part of {@link renderPgbouncerIni} that needs a restart: settings that PgBouncer's
 * `SHOW CONFIG` reports as not changeable.
 */
export const renderPgbouncerListen = (
  { port, trackedParameters }: Pick<Settings["pgbouncer"], "port" | "trackedParameters">,
  version: number,
): string =>
  [
    "listen_addr = *",
    `listen_port = ${port}`,
    `track_extra_parameters = ${[...trackedByDefault(version), ...trackedParameters].join(", ")}`,
    `unix_socket_dir = ${paths.pgSocket}`,
    "unix_socket_mode = 0700",
    "",
  ].join("\n");

/** The users that PgBouncer knows without a lookup, with plain passwords: mode 0600. */
export const renderUserlist = (users: Login[]): string =>
  users.map(({ name, password }) => `${userlistField(name)} ${userlistField(password)}\n`).join("");
