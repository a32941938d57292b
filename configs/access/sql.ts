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

/**
 * Overrides settings of the stack file for all sessions: creating an extension may take minutes.
 */
const ownLimits = ["SET client_min_messages = 'warning';", "SET statement_timeout = 0;"];

/**
 * The start of every psql script: it stops at the first error, and an error contains the
 * statement's position, not its text.
 */
export const scriptHead = ["\\set ON_ERROR_STOP on", "\\set VERBOSITY terse", ...ownLimits];

/**
 * Hides a session's statements, which contain password verifiers, from the log and from statement
 * views: a member of pg_monitor could guess passwords offline with them.
 */
export const quiet = [
  "SET log_statement = 'none';",
  "SET log_min_duration_statement = -1;",
  "SET log_min_error_statement = 'panic';",
  "SET track_activities = off;",
  "SET pg_stat_statements.track = 'none';",
];

/**
 * Runs a statement only if a query returns rows, or none: not every statement has IF (NOT) EXISTS.
 */
export const conditional = (statement: string, condition: "EXISTS" | "NOT EXISTS", query: string) =>
  `SELECT ${literal(statement)} WHERE ${condition} (${query}) \\gexec`;

/** Continues in another database, without the session's temporary objects. */
export const connectTo = (database: string) => [`\\connect ${identifier(database)}`, ...ownLimits];
