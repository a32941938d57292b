import assert from "node:assert/strict";
import type { Settings } from "../../../configs/settings/schema";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { query } from "../../../lab/writer";

/**
 * An update that fails half-way, of a cluster that is healthy. Leaves it so.
 * @param rolling settings other than those of now, whose change starts every member anew
 */
export function stoppedUpdate(
  cluster: ClusterUnderTest,
  rolling: (now: Settings) => StackSettings,
): void {
  const { environment } = cluster;

  describe("when a member does not become ready in an update", () => {
    let before: Record<string, string>;
    let first: string;
    let later: string[];

    it("stops there, with the member's name and log, and the others go on", async () => {
      before = await environment.incarnations();
      // Standbys change in their order, then the leader.
      const leader = await cluster.leader();
      const standbys = cluster.memberNames.filter((name) => name !== leader);
      [first = "", ...later] = [...standbys, leader];
      cluster.change(rolling(cluster.parsedSettings));
      await environment.setDataAccess(first, "denied");
      const impatient = { patroni: { readinessTimeoutSeconds: 25 } };
      const output = await cluster.whileChanged(impatient, () => cluster.refusedUp());
      const ends = "(did not become ready within 25 s|fails again and again)";
      assert.match(output, new RegExp(`${first} ${ends}\\. Its last log lines:\\n\\s+\\| .*\\S`));
      const now = await environment.incarnations();
      for (const name of later) assert.equal(now[name], before[name], name);
      await query((await cluster.strings()).write, "SELECT 1");
    });

    it("goes on from there once the cause is corrected", async () => {
      await environment.setDataAccess(first, "granted");
      await cluster.up();
      const now = await environment.incarnations();
      for (const name of later) assert.notEqual(now[name], before[name], name);
      await cluster.untilStreaming();
    });
  });
}
