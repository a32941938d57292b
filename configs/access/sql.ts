import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A quoted SQL identifier. */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A quoted SQL string. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** A list of names as an SQL value. */
export const names = (all: string[]) => `ARRAY[${all.map(literal).join(", ")}]::name[]`;

/** One of the procedures that `scripts/*.sql` makes for a session, with its arguments as SQL values. */
export const call = (procedure: string, ...values: string[]) =>
  `CALL pg_temp.${procedure}(${values.join(", ")});`;

/** The text of `scripts/NAME.sql`. */
export const sqlFile = (name: string) => readFileSync(join(__dirname, `${name}.sql`), "utf8");

/** What the stack file sets for all sessions is not for the program's own: an extension may take minutes. */
const ownLimits = ["SET client_min_messages = 'warning';", "SET statement_timeout = 0;"];

/**
 * What every script for psql begins with: it ends at the first error, and an error names the statement's
 * place, not its text.
 */
export const scriptHead = ["\\set ON_ERROR_STOP on", "\\set VERBOSITY terse", ...ownLimits];

/**
 * Keeps a session's statements, which hold password verifiers, out of the log and out of what others can see of
 * statements: a member of pg_monitor could try passwords on them at leisure.
 */
export const quiet = [
  "SET log_statement = 'none';",
  "SET log_min_duration_statement = -1;",
  "SET log_min_error_statement = 'panic';",
  "SET track_activities = off;",
  "SET pg_stat_statements.track = 'none';",
];

/** Runs a statement only where a query finds something, or nothing: not every statement has IF (NOT) EXISTS. */
export const conditional = (statement: string, condition: "EXISTS" | "NOT EXISTS", query: string) =>
  `SELECT ${literal(statement)} WHERE ${condition} (${query}) \\gexec`;

/** Goes on in another database, where nothing of the session so far holds. */
export const connectTo = (database: string) => [`\\connect ${identifier(database)}`, ...ownLimits];
