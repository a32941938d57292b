import { systemRole } from "../configs/access/systemRoles";
import { paths } from "../configs/cluster/paths";
import type { Reach } from "../platforms/reach";

/**
 * Runs SQL on a member's own socket as the superuser, and returns the output: unaligned, without a
 * header.
 * @throws {Error} with the member and psql's error
 */
export async function onMember(
  reach: Pick<Reach, "execute">,
  member: string,
  sql: string,
  database = "postgres",
): Promise<string> {
  const words = ["psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-h", paths.pgSocket];
  const target = ["-U", systemRole.superuser, "-d", database];
  const { status, output } = await reach.execute(member, [...words, ...target], sql);
  if (status !== 0) throw new Error(`${member}: ${output.trim()}`);
  return output.trim();
}
