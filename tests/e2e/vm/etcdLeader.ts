import assert from "node:assert/strict";
import { paths } from "../../../configs/cluster/paths";
import { etcdStatusWords, leadingEndpoint } from "../../../operations/etcdStatus";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { inSeconds, print } from "../../../lab/print";
import { eventually } from "../../../lab/writer";

/**
 * Where etcd is led from: to lose that host and the primary's at once would double the wait for a
 * failover.
 */
export function etcdLeader(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  /** The host from which etcd is led. */
  const leading = async () => {
    const words = [paths.etcdCtl, ...etcdStatusWords].join(" ");
    const leader = leadingEndpoint(await environment.succeed("db1", words));
    const address = ({ address: one }: { address: string }) => `//${one}:`;
    return environment.names.find((host) =>
      leader?.includes(address(environment.hosts.host(host))),
    );
  };

  describe("while etcd is led from the primary's host", () => {
    it("lets another member lead etcd, within seconds", async () => {
      const primary = environment.hostOf(await cluster.leader());
      const from = await leading();
      if (from !== undefined && from !== primary) {
        const list = await environment.succeed("db1", "/etc/etcd/ctl member list");
        const name = primary.replace("db", "etcd");
        const line = list.split("\n").find((one) => one.includes(` ${name},`));
        const [id = ""] = line?.split(",") ?? [];
        await environment.succeed(from, `/etc/etcd/ctl move-leader ${id}`);
      }
      const started = Date.now();
      await eventually(30, async () => {
        const now = await leading();
        assert.ok(now !== undefined && now !== primary, `etcd is led from ${String(now)}`);
      });
      print(`etcd's leader moved off the primary's host in ${inSeconds(Date.now() - started)}`);
    });
  });
}
