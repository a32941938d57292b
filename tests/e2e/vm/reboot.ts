import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { inSeconds, print } from "../../../lab/print";
import { writingDuring } from "../../../lab/writer";

/** A host that is shut down in good order and boots. Leaves the cluster healthy. */
export function reboot(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("when the leader's host is rebooted", () => {
    it("hands the lead over, loses nothing, and streams again", async () => {
      const leader = await cluster.leader();
      const host = environment.hostOf(leader);
      const { write } = await cluster.strings();
      const { report, lost } = await writingDuring(write, "reboot", async () => {
        const started = Date.now();
        await environment.hosts.reboot(host);
        await cluster.untilStreaming();
        print(`reboot of the leader's host, until it streams: ${inSeconds(Date.now() - started)}`);
      });
      print(`for a writer: longest gap ${inSeconds(report.longestGapMilliseconds)}`);
      assert.deepEqual(lost, []);
      assert.notEqual(await cluster.leader(), leader);
      await environment.succeed(host, "nft list table inet hapg");
      const running = Object.keys(await environment.incarnations());
      assert.equal(running.length, 15, running.join());
    });
  });
}
