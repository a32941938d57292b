import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../support/cluster/clusterUnderTest";
import type { StackSettings } from "../../support/cluster/ground";
import { query } from "../../support/writer";

/**
 * An update that fails half-way, of a cluster that is whole. Leaves it so.
 * @param rolling settings whose change starts every member anew
 */
export function stoppedUpdate(cluster: ClusterUnderTest, rolling: StackSettings): void {
  const { ground } = cluster;

  describe("when a member does not become ready in an update", () => {
    let before: Record<string, string>;

    it("stops there, with the member's name and log, and the others go on", async () => {
      before = await ground.incarnations();
      cluster.change(rolling);
      await ground.setDataAccess("patroni2", "denied");
      const impatient = { patroni: { readinessTimeoutSeconds: 25 } };
      const output = await cluster.whileChanged(impatient, () => cluster.refusedUp());
      assert.match(
        output,
        /patroni2 (did not become ready within 25 s|fails again and again)\. Its last log lines:\n\s+\| .*\S/,
      );
      const { patroni3 } = await ground.incarnations();
      assert.equal(patroni3, before.patroni3);
      await query((await cluster.strings()).write, "SELECT 1");
    });

    it("goes on from there once the cause is mended", async () => {
      await ground.setDataAccess("patroni2", "granted");
      await cluster.up();
      const { patroni3 } = await ground.incarnations();
      assert.notEqual(patroni3, before.patroni3);
      await cluster.whole();
    });
  });
}
