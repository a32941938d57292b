import assert from "node:assert/strict";
import { inSeconds, print } from "../print";
import type { ClusterUnderTest } from "./clusterUnderTest";
import type { StackSettings } from "./testEnvironment";
import { connectingDuring } from "./newConnections";
import { clientEndpoints } from "./clientEndpoints";

/**
 * An update that clients do not notice: they open connections continuously with the former
 * credentials, and PostgreSQL does not restart. Prints its duration.
 */
export async function updateUnnoticed(
  cluster: ClusterUnderTest,
  what: string,
  changes: StackSettings,
): Promise<void> {
  const urls = await cluster.strings();
  const before = await starts(cluster);
  cluster.change(changes);
  const { result, report } = await connectingDuring(
    Object.fromEntries(clientEndpoints.map((endpoint) => [endpoint, urls[endpoint]])),
    () => cluster.up(),
  );
  print(
    `${what}: up in ${result.seconds.toFixed(1)} s, ${report.opened} connections opened, ` +
      `${report.failures.length} failed, slowest ${inSeconds(report.slowestMilliseconds)}`,
  );
  assert.deepEqual(report.failures, []);
  assert.ok(report.opened > 20, "there were connections");
  assert.deepEqual(await starts(cluster), before);
}

/** Start time of PostgreSQL on each member. */
const starts = ({ environment, memberNames }: ClusterUnderTest) =>
  Promise.all(
    memberNames.map((member) => {
      const query = "SELECT pg_postmaster_start_time()";
      return environment.inMember(member, "psql", "-XqAt", "-U", "postgres", "-c", query);
    }),
  );
