import assert from "node:assert/strict";
import { answers } from "../../support/answers";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmGround } from "../../../lab/cluster/vmGround";

const amongMembers = [2379, 2380, 5432, 8008];
const forClients = [5000, 5001, 6432, 8404, 8009];

/** Which ports answer whom, with `vm.firewall`. */
export function firewall(cluster: ClusterUnderTest<VmGround>): void {
  const { ground } = cluster;
  const onEach = (ports: number[]) =>
    ground.names.flatMap((name) =>
      ports.map((port) => ({ address: ground.hosts.host(name).address, port })),
    );

  describe("for strangers on its network", () => {
    it("keeps to itself the ports on which members speak to each other", async () => {
      for (const { address, port } of onEach(amongMembers)) {
        const script = `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`;
        await ground.succeed("db2", script);
      }
      const ends = onEach(amongMembers);
      const open = await Promise.all(ends.map(({ address, port }) => answers(address, port)));
      assert.deepEqual(
        ends.filter((_, i) => open[i]),
        [],
      );
    });

    it("answers clients on each host and on the virtual address", async () => {
      const moving = forClients.map((port) => ({ address: ground.virtualAddress, port }));
      const ends = [...onEach(forClients), ...moving];
      const open = await Promise.all(ends.map(({ address, port }) => answers(address, port)));
      assert.deepEqual(
        ends.filter((_, i) => !open[i]),
        [],
      );
    });
  });
}
