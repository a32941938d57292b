import assert from "node:assert/strict";
import { print } from "../print";
import { query } from "../writer";
import type { ClusterUnderTest } from "./clusterUnderTest";
import { transactingDuring } from "./transactions";

/**
 * Runs transactions of eight clients through the pool during an update, on connections that they
 * keep. None of them may fail, and all that were acknowledged must be there.
 */
export async function withoutFailures<T>(
  cluster: ClusterUnderTest,
  what: string,
  update: () => Promise<T>,
): Promise<T> {
  const { pooledWrite } = await cluster.strings();
  await query(pooledWrite, "DROP TABLE IF EXISTS held_in_update");
  await query(pooledWrite, "CREATE TABLE held_in_update (id bigserial)");
  const statements = ["INSERT INTO held_in_update DEFAULT VALUES", "SELECT 1"];
  const load = { url: pooledWrite, clients: 8, statements };
  const { result, report } = await transactingDuring(load, update);
  print(`${what}: longest wait of the pool's clients ${report.longestMilliseconds} ms`);
  assert.deepEqual(report.failures, []);
  const count = "SELECT count(*)::int FROM held_in_update";
  assert.deepEqual(await query(pooledWrite, count), [{ count: report.committed }]);
  return result;
}
