import { paths } from "../configs/cluster/paths";
import { poolUser } from "../configs/pgbouncer/pgbouncerIni";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { parseCsv } from "./look/csv";

/** A connection of a PgBouncer to PostgreSQL. */
export interface ServerConnection {
  /** Unique while PgBouncer runs (documentation, "SHOW SERVERS"). */
  id: string;
  database: string;
  user: string;
}

/**
 * The connections of a PgBouncer to PostgreSQL.
 * @throws {Error} with the service and the error of its console
 */
export async function serverConnections(
  reach: Reach,
  pool: string,
  settings: Settings,
): Promise<ServerConnection[]> {
  const rows = parseCsv(await onConsole(reach, pool, settings, "SHOW SERVERS"));
  return rows.map(({ id = "", database = "", user = "" }) => ({ id, database, user }));
}

/**
 * Makes a PgBouncer replace every connection to PostgreSQL, of every database: an idle one
 * immediately, one in use when its client releases it. Clients stay connected.
 * @throws {Error} with the service and the error of its console
 */
export async function reconnect(reach: Reach, pool: string, settings: Settings): Promise<void> {
  await onConsole(reach, pool, settings, "RECONNECT");
}

async function onConsole(
  reach: Reach,
  pool: string,
  { pgbouncer }: Settings,
  sql: string,
): Promise<string> {
  const words = ["psql", "-Xqw", "--csv", "-v", "ON_ERROR_STOP=1", "-h", paths.pgSocket];
  const target = ["-p", String(pgbouncer.port), "-U", poolUser, "-c", sql, "pgbouncer"];
  const { status, output } = await reach.execute(pool, [...words, ...target]);
  if (status !== 0) throw new Error(`${pool}: ${output.trim()}`);
  return output;
}
