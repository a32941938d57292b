import { z } from "zod";
import { iniKeyPattern } from "../escape";
import { postgresName, whole } from "./values";

/** Roles the program itself needs; a stack file cannot take their names. */
export const systemRoles = ["postgres", "replicator", "rewind", "pgbouncer"] as const;

const roleName = () =>
  postgresName()
    .refine(
      (name) => !(systemRoles as readonly string[]).includes(name),
      `is one of the cluster's own roles (${systemRoles.join(", ")})`,
    )
    .refine((name) => !name.startsWith("pg_"), "must not start with pg_, PostgreSQL's own prefix")
    .refine((name) => !["public", "none"].includes(name), "is a word that PostgreSQL reserves");

/** Roles that log in, each with a generated password. */
export const rolesSettings = z
  .record(
    roleName(),
    z
      .strictObject({
        connectionLimit: whole(-1, 10000)
          .default(-1)
          .describe("Connections of this role at most; -1 is no limit."),
      })
      .prefault({}),
  )
  .default({ app: { connectionLimit: -1 } })
  .describe("Roles by name. Each gets a generated password and its connection strings.");

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
    z.strictObject({ owner: z.string().describe("Role that owns the database.") }),
  )
  .default({ app: { owner: "app" } })
  .describe("Databases by name.");
