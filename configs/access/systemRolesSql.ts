import { everyLogin, type Logins } from "./logins";
import { loginsSql } from "./loginsSql";
import { scramVerifier } from "./scram";
import { identifier, literal, quiet, scriptHead, sqlFile } from "./sql";
import { systemRole } from "./systemRoles";

/** Credentials of the roles that members use internally. */
export interface SystemRolesModel {
  /** Password of the superuser. */
  superuser: string;
  replication: Logins;
  rewind: Logins;
}

/**
 * Functions with which pg_rewind reads a leader's files (PostgreSQL's documentation, "pg_rewind").
 */
const rewindFunctions = [
  "pg_ls_dir(text, boolean, boolean)",
  "pg_stat_file(text, boolean)",
  "pg_read_binary_file(text)",
  "pg_read_binary_file(text, bigint, bigint, boolean)",
];

/**
 * A psql script that sets the passwords of the members' own roles. It runs before members get new
 * ones, so a new login works before a member uses it.
 */
export const systemRolesSql = (model: SystemRolesModel): string =>
  [...rolesScriptHead, ...systemRolesStatements(model), "COMMIT;", ""].join("\n");

/** The start of a script about roles: a transaction, which an error rolls back. */
export const rolesScriptHead = [
  ...scriptHead,
  ...quiet,
  "SET search_path = pg_catalog;",
  "BEGIN;",
  sqlFile("roles"),
];

/**
 * The statements for the members' own roles. At the founding Patroni creates the login in its
 * configuration, the first or the second, with the same rights.
 */
export function systemRolesStatements({
  superuser,
  replication,
  rewind,
}: SystemRolesModel): string[] {
  const { superuser: name } = systemRole;
  return [
    `ALTER ROLE ${identifier(name)} PASSWORD ${literal(scramVerifier(name, superuser))};`,
    ...loginsSql(replication, ["REPLICATION"], "role"),
    ...loginsSql(rewind, [], "role"),
    ...everyLogin(rewind).flatMap((login) =>
      rewindFunctions.map(
        (one) => `GRANT EXECUTE ON FUNCTION ${one} TO ${identifier(login.name)};`,
      ),
    ),
  ];
}
