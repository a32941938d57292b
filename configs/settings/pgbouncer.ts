import { z } from "zod";
import { port, whole } from "./values";

/** The name of a PostgreSQL parameter, as it stands in a startup packet. */
const parameterName = () =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]*$/, "must be the name of a PostgreSQL parameter");

/** The connection pool in front of HAProxy. */
export const pgbouncerSettings = z
  .strictObject({
    instances: whole(1, 9)
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
    poolSize: whole(1, 10000).default(20).describe("Server connections per database and role."),
    reservePoolSize: whole(0, 10000)
      .default(5)
      .describe(
        "Additional server connections per database and role when clients wait for more than " +
          "three seconds.",
      ),
    maxClientConnections: whole(10, 100000)
      .default(1000)
      .describe("Maximum number of client connections."),
    maxPreparedStatements: whole(0, 10000)
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
    queryWaitTimeoutSeconds: whole(0, 3600)
      .default(60)
      .describe("How long a query waits for a server connection, in seconds. 0: no limit."),
    serverLifetimeSeconds: whole(10, 86400)
      .default(600)
      .describe("Age at which an idle server connection is replaced, in seconds."),
    serverIdleTimeoutSeconds: whole(1, 86400)
      .default(300)
      .describe("Idle time after which a server connection is closed, in seconds."),
    memoryMegabytes: whole(32, 65536)
      .default(128)
      .describe("Memory limit of one PgBouncer, in MiB."),
  })
  .prefault({});
