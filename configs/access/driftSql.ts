import type { DatabasesModel } from "./databasesSql";
import { readersGroup, writersGroup } from "./groups";
import { connectTo, literal, sqlFile } from "./sql";

/** Statements that record what roles and databases are like after an update. */
export const rememberSql = (): string[] => [
  ...connectTo("postgres"),
  "SET search_path = pg_catalog;",
  "CREATE TABLE IF NOT EXISTS hapg.state (object text PRIMARY KEY, state text);",
  "BEGIN;",
  "DELETE FROM hapg.state;",
  `INSERT INTO hapg.state ${sqlFile("state")};`,
  "COMMIT;",
];

/** What a difference concerns: roles and databases themselves, or what is in a database. */
export type DriftKind = "access" | "contents";

/**
 * A psql script that prints what differs from the last update, one difference a line: its
 * {@link DriftKind}, a tab, and words. It changes nothing, and prints nothing in a cluster of an
 * earlier version.
 */
export const driftScript = (model: DatabasesModel): string =>
  [
    "SET search_path = pg_catalog;",
    "SELECT to_regclass('hapg.state') IS NOT NULL AS is_known \\gset",
    "\\if :is_known",
    // What cannot be seen any more has become different too.
    "SELECT 'access', coalesce(former.object, now.object)",
    `  FROM hapg.state AS former FULL JOIN (${sqlFile("state")}) AS now (object, state)`,
    "    ON former.object = now.object",
    "  WHERE former.state IS DISTINCT FROM now.state ORDER BY 2;",
    ...model.databases.flatMap(contentsOf),
    "\\endif",
    "",
  ].join("\n");

function contentsOf(database: DatabasesModel["databases"][number]): string[] {
  const { name, owner, schemas, readers, writers } = database;
  const groups = [
    ...(readers.length === 0 ? [] : [{ group: readersGroup(name), privileges: "SELECT" }]),
    ...(writers.length === 0
      ? []
      : [{ group: writersGroup(name), privileges: "SELECT,INSERT,UPDATE,DELETE" }]),
  ];
  const checks = [
    ...schemas.map((schema) => ownerCheck(name, schema)),
    ...groups.flatMap(({ group, privileges }) =>
      [{ name: "public", owner }, ...schemas].map((schema) =>
        rightsCheck(name, schema, group, privileges.split(",")),
      ),
    ),
  ];
  if (checks.length === 0) return [];
  return [
    // The script ends where a database is gone, which has been printed by then.
    ...connectTo(name),
    "SET search_path = pg_catalog;",
    // A preview must not wait for a lock.
    "SET statement_timeout = '2s';",
    ...checks,
  ];
}

const ownerCheck = (database: string, { name, owner }: { name: string; owner: string }) =>
  `SELECT 'contents', ${literal(`database ${database}: owner of schema ${name}`)} WHERE NOT EXISTS ` +
  `(SELECT FROM pg_namespace WHERE nspname = ${literal(name)} AND pg_get_userbyid(nspowner) = ` +
  `${literal(owner)});`;

/** Rights of a group on the tables of a schema's owner, present and future. */
function rightsCheck(
  database: string,
  { name, owner }: { name: string; owner: string },
  group: string,
  privileges: string[],
): string {
  const what = literal(`database ${database}: rights of ${group} in schema ${name}`);
  const lacks = privileges.map((one) => `NOT has_table_privilege(grantee, c.oid, '${one}')`);
  return [
    `SELECT 'contents', ${what} FROM (SELECT ${literal(group)}::name AS grantee) AS g`,
    `  JOIN pg_namespace AS n ON nspname = ${literal(name)}`,
    "  WHERE to_regrole(quote_ident(grantee)) IS NOT NULL AND (",
    "    NOT has_schema_privilege(grantee, n.oid, 'USAGE')",
    "    OR EXISTS (SELECT FROM pg_class AS c WHERE relnamespace = n.oid",
    `      AND pg_get_userbyid(relowner) = ${literal(owner)}`,
    `      AND relkind IN ('r', 'p', 'v', 'm', 'f') AND (${lacks.join(" OR ")}))`,
    "    OR NOT EXISTS (SELECT FROM pg_default_acl AS d, aclexplode(defaclacl) AS a",
    `      WHERE pg_get_userbyid(defaclrole) = ${literal(owner)} AND defaclnamespace = n.oid`,
    "        AND defaclobjtype = 'r' AND a.grantee = to_regrole(quote_ident(g.grantee))));",
  ].join("\n");
}
