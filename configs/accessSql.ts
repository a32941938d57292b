import { scramVerifier } from "./scram";

/** A role that logs in. */
export interface RoleModel {
  name: string;
  password: string;
  /** -1 is no limit. */
  connectionLimit: number;
}

/** Who may log in, and which databases there are. */
export interface AccessModel {
  /** The cluster's own roles, made by Patroni: only their passwords are set. */
  systemRoles: { name: string; password: string }[];
  /** The role that PgBouncer looks passwords up with. */
  lookupRole: RoleModel;
  roles: RoleModel[];
  databases: { name: string; owner: string }[];
}

/** A quoted SQL identifier. */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A quoted SQL string. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * A psql script that makes roles, passwords, databases and the pool's lookup function what the model says.
 * It can run any number of times, and passwords are in it as SCRAM verifiers only.
 */
export function accessSql(model: AccessModel): string {
  return [
    "\\set ON_ERROR_STOP on",
    // An error names the statement's place, not its text; neither the log nor the output gets verifiers.
    "\\set VERBOSITY terse",
    "SET log_statement = 'none';",
    "SET log_min_duration_statement = -1;",
    "SET log_min_error_statement = 'panic';",
    ...model.systemRoles.map(
      ({ name, password }) =>
        `ALTER ROLE ${identifier(name)} PASSWORD ${literal(scramVerifier(name, password))};`,
    ),
    ...[model.lookupRole, ...model.roles].flatMap(roleSql),
    ...model.databases.flatMap(databaseSql),
    ...lookupSql(model.lookupRole.name),
    "",
  ].join("\n");
}

/** Runs a statement only where a query finds nothing: CREATE ROLE and CREATE DATABASE lack IF NOT EXISTS. */
const unless = (exists: string, statement: string) =>
  `SELECT ${literal(statement)} WHERE NOT EXISTS (${exists}) \\gexec`;

function roleSql({ name, password, connectionLimit }: RoleModel): string[] {
  const verifier = literal(scramVerifier(name, password));
  return [
    unless(
      `SELECT FROM pg_roles WHERE rolname = ${literal(name)}`,
      `CREATE ROLE ${identifier(name)}`,
    ),
    `ALTER ROLE ${identifier(name)} LOGIN CONNECTION LIMIT ${connectionLimit} PASSWORD ${verifier};`,
  ];
}

function databaseSql({ name, owner }: { name: string; owner: string }): string[] {
  return [
    unless(
      `SELECT FROM pg_database WHERE datname = ${literal(name)}`,
      `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)}`,
    ),
    `ALTER DATABASE ${identifier(name)} OWNER TO ${identifier(owner)};`,
  ];
}

/**
 * PgBouncer's `auth_query`: the verifier of one role that may use the pool. Superusers and roles that
 * replicate may not, so a stolen lookup password does not lead to theirs.
 */
function lookupSql(lookupRole: string): string[] {
  const role = identifier(lookupRole);
  return [
    "CREATE SCHEMA IF NOT EXISTS pgbouncer;",
    "REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;",
    `GRANT USAGE ON SCHEMA pgbouncer TO ${role};`,
    "CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(wanted text, OUT usename name, OUT passwd text)",
    "  RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog",
    "  AS $$ SELECT rolname, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END",
    "        FROM pg_authid",
    "        WHERE rolname = wanted AND rolcanlogin AND NOT rolsuper AND NOT rolreplication $$;",
    "REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;",
    `GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO ${role};`,
  ];
}
