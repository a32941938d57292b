import { everyLogin, type Logins } from "./logins";
import { loginsSql } from "./loginsSql";
import { scramVerifier } from "./scram";
import { identifier, literal, quiet, scriptHead, sqlFile } from "./sql";
import { systemRole } from "./systemRoles";

/** Credentials of the roles that members use among themselves. */
export interface SystemRolesModel {
  /** Password of the superuser. */
  superuser: string;
  replication: Logins;
  rewind: Logins;
}

/** What pg_rewind reads a leader's files with (PostgreSQL's documentation, "pg_rewind"). */
const rewindFunctions = [
  "pg_ls_dir(text, boolean, boolean)",
  "pg_stat_file(text, boolean)",
  "pg_read_binary_file(text)",
  "pg_read_binary_file(text, bigint, bigint, boolean)",
];

/**
 * A psql script that gives the members' own roles their passwords. It is run before members get to know
 * new ones: a login that a member is told of works already.
 */
export const systemRolesSql = (model: SystemRolesModel): string =>
  [...rolesScriptHead, ...systemRolesStatements(model), "COMMIT;", ""].join("\n");

/** How a script about roles begins: in a transaction, which an error undoes. */
export const rolesScriptHead = [
  ...scriptHead,
  ...quiet,
  "SET search_path = pg_catalog;",
  "BEGIN;",
  sqlFile("roles"),
];

/**
 * The statements about the members' own roles. Patroni makes the login that it is told of when it founds the
 * cluster, be it the first or the second, with the same rights.
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
