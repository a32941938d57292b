import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { inSeconds, print } from "../../../lab/print";
import { eventually } from "../../../lab/writer";

/** A host that is lost for good, and a new machine in its place. Leaves the cluster healthy. */
export function replacedHost(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("when a host is replaced by a new machine", () => {
    let host: string;

    it("refuses the machine until its key is in the stack file", async () => {
      // Its loss was another test's subject, so it is not the leader's.
      host = environment.hostOf((await cluster.leader()) === "patroni3" ? "patroni2" : "patroni3");
      await environment.hosts.replace(host);
      const output = await cluster.refusedUp();
      assert.match(output, new RegExp(`vm\\.hosts\\.${host}\\.hostKey: .* set its new key`));
    });

    it("takes it in though the update is interrupted in between, and touches no other", async () => {
      const { hostKey } = environment.hosts.host(host);
      cluster.change({ vm: { hosts: { [host]: { hostKey } } } });
      const before = await environment.incarnations();
      const started = Date.now();
      const first = cluster.stack.start("up", "--yes", "--skip-preview");
      await eventually(60, () => environment.succeed(host, "pgrep apt-get"));
      first.interrupt();
      const { code } = await first.result;
      assert.notEqual(code, 0, "the interrupted run ends with an error");
      await cluster.up();
      await cluster.untilStreaming();
      print(`new machine, until its member streams: ${inSeconds(Date.now() - started)}`);
      const after = await environment.incarnations();
      for (const [service, incarnation] of Object.entries(before)) {
        assert.equal(after[service], incarnation, service);
      }
      assert.equal(Object.keys(after).length, 15);
    });

    it("has three members of etcd again, each with a vote", async () => {
      const list = await environment.succeed("db1", "/etc/etcd/ctl member list");
      assert.equal(list.match(/, started, etcd\d, .*, false$/gm)?.length, 3, list);
      assert.equal(list.split("\n").length, 3, list);
    });
  });
}
