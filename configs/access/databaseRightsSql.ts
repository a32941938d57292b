import type { AccessModel, DatabaseModel } from "./accessSql";
import { usersGroup } from "./groups";
import { everyLogin } from "./logins";
import { conditional, connectTo, identifier, literal } from "./sql";

/** Since PostgreSQL 15 the schema public is the database's owner's, by pg_database_owner, and closed to others. */
const publicIsOwnersSince = 15;

/**
 * Statements that let nobody into a database but its owner, its users and those who run the cluster. What was
 * granted to a role by name stays.
 */
export function databaseRightsSql(
  { name, owner }: DatabaseModel,
  { version, administrator, monitor }: AccessModel,
): string[] {
  const operators = [administrator, monitor].map(({ first }) => identifier(first.name)).join(", ");
  return [
    `GRANT CONNECT, TEMPORARY ON DATABASE ${identifier(name)} TO ${identifier(usersGroup(name))};`,
    `GRANT CONNECT ON DATABASE ${identifier(name)} TO ${operators};`,
    // Last: whoever may connect before and after can do so in between.
    `REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC;`,
    ...safelyIn(name),
    ...(version >= publicIsOwnersSince
      ? []
      : [whereThereIsPublic(`ALTER SCHEMA public OWNER TO ${identifier(owner)}`)]),
    closePublic,
  ];
}

/**
 * The same for PostgreSQL's own databases. `postgres` is for the cluster's own roles. `template1` is for nobody: while
 * somebody is connected to it, no database can be made.
 */
export function systemDatabaseRightsSql({
  systemRoles,
  lookup,
  administrator,
  monitor,
}: AccessModel): string[] {
  const own = [systemRoles.rewind, lookup]
    .flatMap(everyLogin)
    .concat(administrator.first, monitor.first);
  return [
    `GRANT CONNECT ON DATABASE postgres TO ${own.map(({ name }) => identifier(name)).join(", ")};`,
    "REVOKE CONNECT, TEMPORARY ON DATABASE postgres FROM PUBLIC;",
    "REVOKE CONNECT, TEMPORARY ON DATABASE template1 FROM PUBLIC;",
    closePublic,
    // New databases are copies of it.
    ...safelyIn("template1"),
    closePublic,
  ];
}

/** Nothing but the system's own is called there: others may have made objects. */
const safelyIn = (database: string) => [...connectTo(database), "SET search_path = pg_catalog;"];

/** Somebody may have dropped the schema. */
const whereThereIsPublic = (statement: string) =>
  conditional(statement, "EXISTS", `SELECT FROM pg_namespace WHERE nspname = ${literal("public")}`);

const closePublic = whereThereIsPublic("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
