import type { DatabaseModel } from "./accessModel";
import { readersGroup, writersGroup } from "./groups";
import { secondLogin } from "./logins";
import { call, connectTo, identifier, literal, names, scriptHead, sqlFile } from "./sql";

/** A schema and the roles that create tables in it. */
export interface SchemaModel {
  name: string;
  owner: string;
}

/** The contents of databases besides the applications' own objects. */
export interface DatabasesModel {
  databases: (DatabaseModel & {
    extensions: string[];
    /** Schemas besides `public`. */
    schemas: SchemaModel[];
  })[];
  /** Roles to be dropped, with their second logins. */
  dropped: string[];
}

/**
 * A psql script that brings schemas, extensions and the rights of readers and writers in each
 * database to the state of the model, and drops roles that own nothing. It is idempotent. Empty if
 * there is nothing to do.
 */
export function databasesSql({ databases, dropped }: DatabasesModel): string {
  const statements = [
    ...databases.flatMap(contentSql),
    ...(dropped.length === 0
      ? []
      : dropSql(
          dropped,
          databases.map(({ name }) => name),
        )),
  ];
  return statements.length === 0 ? "" : [...scriptHead, ...statements, ""].join("\n");
}

function contentSql(database: DatabasesModel["databases"][number]): string[] {
  const { name, owner, extensions, schemas, readers, writers } = database;
  const all = [{ name: "public", owner }, ...schemas];
  const group = (role: string, tables: string, sequences: string) => [
    `GRANT CONNECT ON DATABASE ${identifier(name)} TO ${identifier(role)};`,
    ...all.flatMap((schema) => [
      `GRANT USAGE ON SCHEMA ${identifier(schema.name)} TO ${identifier(role)};`,
      call("share", ...[schema.owner, schema.name, tables, "TABLE", role].map(literal)),
      call("share", ...[schema.owner, schema.name, sequences, "SEQUENCE", role].map(literal)),
    ]),
  ];
  const statements = [
    ...schemas.flatMap((schema) => [
      `CREATE SCHEMA IF NOT EXISTS ${identifier(schema.name)};`,
      `ALTER SCHEMA ${identifier(schema.name)} OWNER TO ${identifier(schema.owner)};`,
    ]),
    ...extensions.map((extension) =>
      call("have_extension", literal(extension), literal(`databases.${name}.extensions`)),
    ),
    ...(readers.length === 0 ? [] : group(readersGroup(name), "SELECT", "SELECT")),
    ...(writers.length === 0
      ? []
      : group(writersGroup(name), "SELECT, INSERT, UPDATE, DELETE", "SELECT, USAGE, UPDATE")),
  ];
  return statements.length === 0 ? [] : [...connectTo(name), sqlFile("database"), ...statements];
}

/** Checks all databases before it changes the first. `:'dropped'` holds the existing roles. */
function dropSql(roles: string[], databases: string[]): string[] {
  const all = ["postgres", ...databases];
  const here = (database: string) => [...connectTo(database), sqlFile("drop")];
  const seconds = roles.map(secondLogin);
  return [
    ...here("postgres"),
    call("are_own", names(roles)),
    "SELECT coalesce(array_agg(rolname ORDER BY kind DESC), '{}') AS dropped FROM hapg.roles " +
      "JOIN pg_authid ON oid = role",
    `  WHERE rolname = ANY (${names(roles)}) OR kind = 'second login' AND rolname = ANY ` +
      `(${names(seconds)}) \\gset`,
    "\\set owned ''",
    ...all.flatMap((database) => [
      ...here(database),
      "SELECT concat_ws(', ', nullif(:'owned', ''), string_agg(format('\"%s\" owns %s', " +
        "owner, object), ', ')) AS owned",
      "  FROM pg_temp.owned_here(:'dropped') \\gset",
    ]),
    ...here("postgres"),
    call("may_be_dropped", ":'dropped'", names(all), ":'owned'"),
    ...all.flatMap((database) => [...here(database), call("take_back", ":'dropped'")]),
    ...here("postgres"),
    call("drop_all", ":'dropped'"),
  ];
}
