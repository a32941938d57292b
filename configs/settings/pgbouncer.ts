import { z } from "zod";
import { line, port, postgresName, processors, wholeNumber } from "./values";

/** Names that {@link pgbouncerParameters} must not have: each has a setting, or is the program's. */
const owned: Record<string, string> = {
  auth_dbname: "nothing: the program sets it",
  auth_file: "nothing: the program writes it",
  auth_query: "nothing: the program sets it",
  auth_type: "nothing: passwords are for SCRAM",
  auth_user: "nothing: the program sets it",
  conffile: "nothing: the path is fixed",
  default_pool_size: "pgbouncer.poolSize",
  ignore_startup_parameters: "pgbouncer.ignoredStartupParameters",
  listen_addr: "nothing: it listens on all addresses",
  listen_port: "pgbouncer.port",
  max_client_conn: "pgbouncer.maxClientConnections",
  max_db_connections: "pgbouncer.maxDatabaseConnections",
  max_prepared_statements: "pgbouncer.maxPreparedStatements",
  min_pool_size: "pgbouncer.minPoolSize",
  pool_mode: "pgbouncer.poolMode",
  query_wait_timeout: "pgbouncer.queryWaitTimeoutSeconds",
  reserve_pool_size: "pgbouncer.reservePoolSize",
  server_idle_timeout: "pgbouncer.serverIdleTimeoutSeconds",
  server_lifetime: "pgbouncer.serverLifetimeSeconds",
  syslog: "nothing: PgBouncer logs to its container or the journal",
  syslog_ident: "nothing: the program sets it",
  track_extra_parameters: "pgbouncer.trackedParameters",
  unix_socket_dir: "nothing: the path is fixed",
  unix_socket_mode: "nothing: only PgBouncer's own user may use the console",
  user: "nothing: PgBouncer never runs as root",
};

const parameterProblem = (name: string): string | undefined => {
  if (Object.hasOwn(owned, name)) return `is set by the program; use ${owned[name] ?? ""}`;
  if (name.startsWith("client_tls_")) return "is set by the program; use tls";
  if (name.startsWith("server_tls_")) return "is set by the program";
  return undefined;
};

/** Lines of pgbouncer.ini that no other setting writes. */
const pgbouncerParameters = z
  .record(
    z
      .string()
      .regex(/^[a-z_]+$/, "must be the name of a parameter in pgbouncer.ini")
      .superRefine((name, context) => {
        const message = parameterProblem(name);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }),
    z.union([line(), z.int()]),
  )
  .default({})
  .describe(
    "Additional parameters of pgbouncer.ini, such as `stats_period`. They override the " +
      "program's defaults.",
  );

/** The pools of one database. */
const databasePool = z.strictObject({
  poolSize: wholeNumber(1, 10000)
    .optional()
    .describe("Server connections for each role. Default: `pgbouncer.poolSize`."),
  minPoolSize: wholeNumber(0, 10000)
    .optional()
    .describe("Server connections that stay open for each role while clients are connected."),
  reservePoolSize: wholeNumber(0, 10000)
    .optional()
    .describe("Additional server connections. Default: `pgbouncer.reservePoolSize`."),
  maxConnections: wholeNumber(1, 10000)
    .optional()
    .describe(
      "Maximum number of server connections of all roles. Default: " +
        "`pgbouncer.maxDatabaseConnections`.",
    ),
  poolMode: z
    .enum(["transaction", "session", "statement"])
    .optional()
    .describe("Default: `pgbouncer.poolMode`."),
});

/** The name of a PostgreSQL parameter, as it stands in a startup packet. */
const parameterName = () =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]*$/, "must be the name of a PostgreSQL parameter");

/** The connection pool in front of HAProxy. */
export const pgbouncerSettings = z
  .strictObject({
    instances: wholeNumber(1, 9)
      .default(1)
      .describe(
        "Number of PgBouncers. More than one needs as many hosts: only on virtual machines.",
      ),
    port: port().default(6432).describe("Port of PgBouncer."),
    poolMode: z
      .enum(["transaction", "session", "statement"])
      .default("transaction")
      .describe(
        "When a server connection returns to the pool: after each transaction, session or statement.",
      ),
    poolSize: wholeNumber(1, 10000)
      .default(20)
      .describe(
        "Server connections per database and role. If it is not set, fewer where the pools of all " +
          "databases and roles would not fit in `max_connections`.",
      ),
    reservePoolSize: wholeNumber(0, 10000)
      .default(5)
      .describe(
        "Additional server connections per database and role when clients wait for more than " +
          "three seconds.",
      ),
    minPoolSize: wholeNumber(0, 10000)
      .default(0)
      .describe(
        "Server connections per database and role that stay open while clients are connected.",
      ),
    maxDatabaseConnections: wholeNumber(0, 10000)
      .default(0)
      .describe(
        "Maximum number of server connections to a database, of all roles. 0: no limit. The read " +
          "entry of a database counts by itself.",
      ),
    databases: z
      .record(postgresName(), databasePool)
      .default({})
      .describe("Pools of single databases. They apply to NAME and to NAME_ro."),
    parameters: pgbouncerParameters,
    maxClientConnections: wholeNumber(10, 100000)
      .default(1000)
      .describe("Maximum number of client connections."),
    maxPreparedStatements: wholeNumber(0, 10000)
      .default(200)
      .describe(
        "Number of prepared statements that PgBouncer keeps per connection. 0: clients cannot " +
          "use prepared statements in transaction mode.",
      ),
    ignoredStartupParameters: z
      .array(parameterName())
      .default([])
      .describe(
        "Startup parameters that PgBouncer accepts and ignores, in addition to " +
          "`extra_float_digits`. It refuses others that it cannot track. Better: set them with " +
          "`ALTER ROLE`.",
      ),
    trackedParameters: z
      .array(parameterName())
      .default([])
      .describe(
        "Additional parameters that PgBouncer keeps for each client. PostgreSQL must report " +
          "them to clients. A change restarts PgBouncer.",
      ),
    queryWaitTimeoutSeconds: wholeNumber(0, 3600)
      .default(60)
      .describe("How long a query waits for a server connection, in seconds. 0: no limit."),
    serverLifetimeSeconds: wholeNumber(10, 86400)
      .default(600)
      .describe("Age at which an idle server connection is replaced, in seconds."),
    serverIdleTimeoutSeconds: wholeNumber(1, 86400)
      .default(300)
      .describe("Idle time after which a server connection is closed, in seconds."),
    memoryMegabytes: wholeNumber(32, 65536)
      .default(128)
      .describe("Memory limit of one PgBouncer, in MiB."),
    cpus: processors("one PgBouncer"),
  })
  .prefault({});
