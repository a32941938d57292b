import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { HeldConnections } from "../../../lab/cluster/heldConnections";
import { inSeconds, print } from "../../../lab/print";
import { writingDuring } from "../../../lab/writer";

/** The loss of the member that leads. Leaves the cluster without it. */
export function leaderLoss(cluster: ClusterUnderTest): void {
  it("takes writes again, on connections held open through the pool too", async () => {
    const { write, pooledWrite } = await cluster.strings();
    const from = await cluster.leader();
    const held = await HeldConnections.open(pooledWrite, 10);
    const { report, lost } = await writingDuring(write, "crash", async () => {
      // There has to be something to lose.
      await pause(1000);
      const started = Date.now();
      await cluster.environment.crash(from);
      await held.writeAgain(90);
      print(
        `crash, until 10 held connections had written again: ${inSeconds(Date.now() - started)}`,
      );
    });
    // Replication is asynchronous here: what was acknowledged last may be lost, and is only counted.
    print(
      `crash, for a writer: longest gap ${inSeconds(report.longestGapMilliseconds)}, ` +
        `${lost.length} of ${report.acknowledged.length} acknowledged writes lost`,
    );
    assert.notEqual(await cluster.leader(), from);
  });
}

/** The loss of the member that leads, and its return by an update. */
export function crash(cluster: ClusterUnderTest): void {
  describe("when its leader crashes", () => {
    leaderLoss(cluster);

    it("has all its members again after `up`", async () => {
      await cluster.up();
      await cluster.untilStreaming();
    });
  });
}
