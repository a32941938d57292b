import { systemRole } from "../configs/access/systemRoles";
import { onMember } from "../operations/memberSql";
import type { Reach } from "../platforms/reach";

/** The drills' own database; others stay unchanged. */
export const drillDatabase = "hapg_drill";

const tables = `
  CREATE TABLE writes (id text NOT NULL);
  CREATE TABLE accepted (at timestamptz NOT NULL DEFAULT clock_timestamp());
`;

/** Creates the drills' database again. @param leader the member that leads */
export async function makeDatabase(reach: Reach, leader: string): Promise<void> {
  await dropDatabase(reach, leader);
  const owner = systemRole.administrator;
  await onMember(reach, leader, `CREATE DATABASE ${drillDatabase} OWNER ${owner}`);
  await onMember(reach, leader, `SET ROLE ${owner};${tables}`, drillDatabase);
}

/** Removes the drills' database, even with connected clients. */
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

/** Deletes the rows of earlier runs. */
export async function emptyTables(reach: Reach, leader: string): Promise<void> {
  await onMember(reach, leader, "TRUNCATE writes, accepted", drillDatabase);
}
