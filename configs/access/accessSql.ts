import type { AccessModel, DatabaseModel, RoleModel } from "./accessModel";
import { backupSql } from "./backupSql";
import { databaseRightsSql, systemDatabaseRightsSql } from "./databaseRightsSql";
import { rememberSql } from "./driftSql";
import { groupsOf, readersGroup, usersGroup, writersGroup } from "./groups";
import { everyLogin, type Logins } from "./logins";
import { loginsSql } from "./loginsSql";
import { operatorsSql } from "./operatorsSql";
import { call, conditional, identifier, literal, names } from "./sql";
import { rolesScriptHead, systemRolesStatements } from "./systemRolesSql";

/**
 * A psql script that brings roles, passwords, memberships, databases, CONNECT rights and the pool's
 * lookup function to the state of the model. It revokes the login of roles that were in an earlier
 * model and are not in this one. It is idempotent, and contains passwords only as SCRAM verifiers.
 */
export function accessSql(model: AccessModel): string {
  const { systemRoles, lookup, roles, loginNames, databases, hasBackups, version } = model;
  const groups = databases.flatMap(({ name }) => groupsOf(name));
  return [
    ...rolesScriptHead,
    ...systemRolesStatements(systemRoles),
    ...(hasBackups ? backupSql(systemRoles.replication, version) : []),
    ...loginsSql(lookup, ["CONNECTION LIMIT -1"], "role"),
    ...groupsInUse(databases).map((group) => call("have_role", literal(group), literal("group"))),
    ...roles.flatMap((role) => roleSql(role, databases, groups)),
    call("keep_logins", names(loginNames), names(groups)),
    ...operatorsSql(model),
    "COMMIT;",
    ...databases.flatMap(databaseSql),
    ...lookupSql(lookup),
    ...systemDatabaseRightsSql(model),
    ...databases.flatMap((database) => databaseRightsSql(database, model)),
    ...rememberSql(),
    "",
  ].join("\n");
}

const groupsInUse = (databases: DatabaseModel[]) =>
  databases.flatMap(({ name, readers, writers }) => [
    usersGroup(name),
    ...(readers.length > 0 ? [readersGroup(name)] : []),
    ...(writers.length > 0 ? [writersGroup(name)] : []),
  ]);

function roleSql(role: RoleModel, databases: DatabaseModel[], groups: string[]): string[] {
  const { logins, connectionLimit, replication, memberOf } = role;
  const guestOf = databases.filter(
    ({ name, owner }) => owner !== logins.first.name && role.databases.includes(name),
  );
  const { first, second } = logins;
  const wanted = [
    ...memberOf,
    ...guestOf.map(({ name }) => usersGroup(name)),
    ...databases.filter((one) => one.readers.includes(first.name)).map((o) => readersGroup(o.name)),
    ...databases.filter((one) => one.writers.includes(first.name)).map((o) => writersGroup(o.name)),
  ];
  return [
    ...loginsSql(
      logins,
      [`CONNECTION LIMIT ${connectionLimit}`, ...attribute("REPLICATION", replication)],
      "second login",
    ),
    // Both logins act as the role itself.
    ...[
      ...attribute("CREATEDB", role.createDatabases),
      ...attribute("CREATEROLE", role.createRoles),
    ].map((one) => `ALTER ROLE ${identifier(first.name)} ${one};`),
    ...(second === undefined
      ? []
      : [call("log_in_for", literal(second.name), literal(first.name))]),
    call("be_member", literal(first.name), names(wanted), names(groups)),
  ];
}

const attribute = (name: string, value: boolean | undefined): string[] =>
  value === undefined ? [] : [value ? name : `NO${name}`];

function databaseSql({ name, owner }: DatabaseModel): string[] {
  return [
    conditional(
      `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`,
      "NOT EXISTS",
      `SELECT FROM pg_database WHERE datname = ${literal(name)}`,
    ),
    `ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)};`,
  ];
}

/**
 * PgBouncer's `auth_query`: the verifier of one role that may use the pool. Superusers and
 * replication roles may not, so a stolen lookup password does not expose theirs.
 */
function lookupSql(lookup: Logins): string[] {
  const roles = everyLogin(lookup).map(({ name }) => identifier(name));
  return [
    "CREATE SCHEMA IF NOT EXISTS pgbouncer;",
    "REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;",
    `GRANT USAGE ON SCHEMA pgbouncer TO ${roles.join(", ")};`,
    "CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(wanted text, OUT usename name, OUT passwd text)",
    "  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog",
    "  AS $$ SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END",
    "        FROM pg_authid",
    "        WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication $$;",
    "REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;",
    `GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO ${roles.join(", ")};`,
  ];
}
