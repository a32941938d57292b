import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmGround } from "../../../lab/cluster/vmGround";
import { inSeconds, print } from "../../../lab/print";
import { writingDuring } from "../../../lab/writer";

/** A host that is shut down in good order and boots. Leaves the cluster whole. */
export function reboot(cluster: ClusterUnderTest<VmGround>): void {
  const { ground } = cluster;

  describe("when the leader's host is rebooted", () => {
    it("hands the lead over, loses nothing, and streams again", async () => {
      const leader = await cluster.leader();
      const host = ground.hostOf(leader);
      const { write } = await cluster.strings();
      const { report, lost } = await writingDuring(write, "reboot", async () => {
        const started = Date.now();
        await ground.hosts.reboot(host);
        await cluster.whole();
        print(`reboot of the leader's host, until it streams: ${inSeconds(Date.now() - started)}`);
      });
      print(`for a writer: longest gap ${inSeconds(report.longestGapMilliseconds)}`);
      assert.deepEqual(lost, []);
      assert.notEqual(await cluster.leader(), leader);
      await ground.succeed(host, "nft list table inet hapg");
      const running = Object.keys(await ground.incarnations());
      assert.equal(running.length, 15, running.join());
    });
  });
}
