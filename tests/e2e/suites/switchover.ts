import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../support/cluster/clusterUnderTest";
import { HeldConnections } from "../../support/cluster/heldConnections";
import { patroniCall } from "../../support/patroni";
import { inSeconds, print } from "../../support/print";

/** A planned change of the leader. Leaves the cluster whole. */
export function switchover(cluster: ClusterUnderTest): void {
  describe("when another member is told to lead", () => {
    it("lets connections held open through the pool write again", async () => {
      const from = await cluster.leader();
      const held = await HeldConnections.open((await cluster.strings()).pooledWrite, 10);
      const started = Date.now();
      await patroniCall(cluster.ground, from, "switchover", { leader: from });
      await held.writeAgain(30);
      print(
        `switchover, until 10 held connections had written again: ${inSeconds(Date.now() - started)}`,
      );
      assert.notEqual(await cluster.leader(), from);
      await cluster.whole();
    });
  });
}
