import type { AccessModel, DatabaseModel } from "./accessModel";
import { usersGroup } from "./groups";
import { everyLogin } from "./logins";
import { conditional, connectTo, identifier, literal } from "./sql";

/**
 * Since PostgreSQL 15 the database owner owns the schema public through pg_database_owner, and
 * others have no rights on it.
 */
const publicIsOwnersSince = 15;

/**
 * Statements that limit CONNECT on a database to its owner, its users, the administrator and the
 * monitoring role. Explicit grants to other roles stay.
 */
export function databaseRightsSql(
  { name, owner }: DatabaseModel,
  { version, administrator, monitor }: AccessModel,
): string[] {
  const operators = [administrator, monitor].map(({ first }) => identifier(first.name)).join(", ");
  return [
    `GRANT CONNECT, TEMPORARY ON DATABASE ${identifier(name)} TO ${identifier(usersGroup(name))};`,
    `GRANT CONNECT ON DATABASE ${identifier(name)} TO ${operators};`,
    // Revoked last, so that roles with the right before and after never lose it.
    `REVOKE CONNECT, TEMPORARY ON DATABASE ${identifier(name)} FROM PUBLIC;`,
    ...safelyIn(name),
    ...(version >= publicIsOwnersSince
      ? []
      : [whereThereIsPublic(`ALTER SCHEMA public OWNER TO ${identifier(owner)}`)]),
    closePublic,
  ];
}

/**
 * The same for PostgreSQL's own databases. Only system roles may connect to `postgres`, and no role
 * to `template1`: no database can be created while it has a session.
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

/** Only system functions are called there, because others may have created objects. */
const safelyIn = (database: string) => [...connectTo(database), "SET search_path = pg_catalog;"];

/** The schema may have been dropped. */
const whereThereIsPublic = (statement: string) =>
  conditional(statement, "EXISTS", `SELECT FROM pg_namespace WHERE nspname = ${literal("public")}`);

const closePublic = whereThereIsPublic("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
