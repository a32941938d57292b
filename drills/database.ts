import { paths } from "../configs/paths";
import { systemRole } from "../configs/access/systemRoles";
import type { Reach } from "../platforms/reach";

/** The drills' own database: no other is touched. */
export const drillDatabase = "hapg_drill";

const tables = `
  CREATE TABLE writes (id text NOT NULL);
  CREATE TABLE accepted (at timestamptz NOT NULL DEFAULT clock_timestamp());
`;

/** Runs SQL on a member's own socket, as the superuser, and returns what it prints. */
export async function onMember(
  reach: Reach,
  member: string,
  sql: string,
  database = "postgres",
): Promise<string> {
  const words = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", paths.pgSocket];
  const user = ["-U", systemRole.superuser, "-d", database];
  const { status, output } = await reach.execute(member, [...words, ...user], sql);
  if (status !== 0) throw new Error(`${member}: ${output.trim()}`);
  return output.trim();
}

/** Makes the drills' database anew. @param leader the member that leads */
export async function makeDatabase(reach: Reach, leader: string): Promise<void> {
  await dropDatabase(reach, leader);
  const owner = systemRole.administrator;
  await onMember(reach, leader, `CREATE DATABASE ${drillDatabase} OWNER ${owner}`);
  await onMember(reach, leader, `SET ROLE ${owner};${tables}`, drillDatabase);
}

/** Removes the drills' database, whoever is connected to it. */
export async function dropDatabase(reach: Reach, leader: string): Promise<void> {
  await onMember(reach, leader, `DROP DATABASE IF EXISTS ${drillDatabase} (FORCE)`);
}

/** How often each id is stored. */
export async function storedIds(reach: Reach, leader: string): Promise<Map<string, number>> {
  const sql = "SELECT id, count(*) FROM writes GROUP BY id";
  const lines = (await onMember(reach, leader, sql, drillDatabase)).split("\n");
  const rows = lines.filter((line) => line !== "").map((line) => line.split("|"));
  return new Map(rows.map(([id = "", count]) => [id, Number(count)]));
}

/** Forgets what earlier runs have written. */
export async function emptyTables(reach: Reach, leader: string): Promise<void> {
  await onMember(reach, leader, "TRUNCATE writes, accepted", drillDatabase);
}
