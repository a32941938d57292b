import { z } from "zod";
import { iniKeyPattern } from "../escape";
import { systemRoleNames } from "../access/systemRoles";
import { postgresName, rotation, wholeNumber } from "./values";

/**
 * PostgreSQL's predefined roles that a role can be a member of, and the major version that
 * introduced each. Roles that read and write files or run programs on the members are left out:
 * patroni.yml is such a file, so they are equal to the superuser.
 */
export const predefinedRoles = {
  pg_monitor: 10,
  pg_read_all_settings: 10,
  pg_read_all_stats: 10,
  pg_signal_backend: 10,
  pg_stat_scan_tables: 10,
  pg_read_all_data: 14,
  pg_write_all_data: 14,
  pg_checkpoint: 15,
  pg_create_subscription: 16,
  pg_use_reserved_connections: 16,
  pg_maintain: 17,
  pg_signal_autovacuum_worker: 18,
} as const;

const predefinedRole = z.enum(
  Object.keys(predefinedRoles) as [
    keyof typeof predefinedRoles,
    ...(keyof typeof predefinedRoles)[],
  ],
);

const roleName = () =>
  postgresName()
    .refine(
      (name) => !systemRoleNames.includes(name),
      `is one of the cluster's own roles (${systemRoleNames.join(", ")})`,
    )
    .refine((name) => !name.startsWith("pg_"), "must not start with pg_, PostgreSQL's own prefix")
    .refine((name) => !["public", "none"].includes(name), "is a word that PostgreSQL reserves");

/** Characters that every driver sends unchanged: SASLprep would change others. */
const givenPassword = () =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(/^[ -~]*$/, "must be printable ASCII characters only");

/** Roles that log in, each with a password. */
export const rolesSettings = z
  .record(
    roleName(),
    z
      .strictObject({
        connectionLimit: wholeNumber(-1, 10000)
          .default(-1)
          .describe("Maximum number of connections of this role. -1: no limit."),
        memberOf: z
          .array(predefinedRole)
          .default([])
          .describe(
            "Predefined roles of PostgreSQL that this role is a member of, such as pg_monitor.",
          ),
        replication: z
          .boolean()
          .optional()
          .describe(
            "Whether it may stream changes (logical replication, change data capture). Such a " +
              "role cannot use the pool. Default: left as it is.",
          ),
        createDatabases: z
          .boolean()
          .optional()
          .describe("Whether it may create databases. Default: left as it is."),
        createRoles: z
          .boolean()
          .optional()
          .describe(
            "Whether it may create roles, and change those that it created. Needs PostgreSQL 16. " +
              "Default: left as it is.",
          ),
        password: givenPassword()
          .optional()
          .describe(
            "The password itself, as a secret: `pulumi config set --secret --path`. Another " +
              "one takes effect at once. Default: generated.",
          ),
        rotation: rotation(
          "the password",
          ". The former one stays valid until the next change, so that clients can switch",
        ),
        state: z
          .enum(["present", "dropped"])
          .default("present")
          .describe(
            "`dropped` removes a role that owns nothing. A role that is only removed from the " +
              "stack file loses its login, but stays.",
          ),
      })
      .prefault({}),
  )
  .prefault({ app: {} })
  .describe("Roles by name. Each gets a password and its connection strings.");

/** Names of roles of the stack file. */
const roleNames = () => z.array(z.string()).default([]);

/** Databases, each owned by one of the roles. */
export const databasesSettings = z
  .record(
    postgresName()
      .refine(
        (name) => !["postgres", "template0", "template1", "pgbouncer"].includes(name),
        "is a database of PostgreSQL or PgBouncer itself",
      )
      .refine(
        (name) => iniKeyPattern.test(name),
        "must be letters, digits, _, . and - only, all that PgBouncer takes",
      )
      .refine((name) => !/^\.+$/.test(name), "must not be dots only, which no URL can hold")
      // PgBouncer's read entry of a database is called NAME_ro, and it too has 63 bytes at most.
      .refine((name) => Buffer.byteLength(name) <= 60, "must be at most 60 bytes")
      .refine((name) => !name.endsWith("_ro"), "must not end with _ro, the pool's read entries do"),
    z.strictObject({
      owner: z.string().describe("Role that owns the database."),
      extensions: z
        .array(postgresName())
        .default([])
        .describe(
          "Extensions to create, in this order, with the extensions that they require. List " +
            "their packages in `postgres.packages`.",
        ),
      schemas: z
        .record(
          postgresName().refine(
            (name) => !/^(pg_.*|information_schema|public)$/.test(name),
            "is there anyway",
          ),
          z.strictObject({ owner: z.string().describe("Role that owns the schema.") }),
        )
        .default({})
        .describe("Schemas by name, beside public, which belongs to the database's owner."),
      readers: roleNames().describe(
        "Roles that may read all present and future tables of the schemas' owners.",
      ),
      writers: roleNames().describe(
        "Roles that may read and change all present and future tables of the schemas' owners.",
      ),
    }),
  )
  .prefault({ app: { owner: "app" } })
  .describe("Databases by name. One that leaves the file is kept and left alone.");
