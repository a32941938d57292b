import assert from "node:assert/strict";
import { answers } from "../../support/answers";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";

const amongMembers = [2379, 2380, 5432, 8008];
const forClients = [5000, 5001, 6432, 8404, 8009];

/** Which ports answer whom, with `vm.firewall`. */
export function firewall(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;
  const onEach = (ports: number[]) =>
    environment.names.flatMap((name) =>
      ports.map((port) => ({ address: environment.hosts.host(name).address, port })),
    );

  describe("for strangers on its network", () => {
    it("keeps to itself the ports on which members speak to each other", async () => {
      for (const { address, port } of onEach(amongMembers)) {
        const script = `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`;
        await environment.succeed("db2", script);
      }
      const ends = onEach(amongMembers);
      const open = await Promise.all(ends.map(({ address, port }) => answers(address, port)));
      assert.deepEqual(
        ends.filter((_, i) => open[i]),
        [],
      );
    });

    it("answers clients on each host and on the virtual address", async () => {
      const moving = forClients.map((port) => ({ address: environment.virtualAddress, port }));
      const ends = [...onEach(forClients), ...moving];
      const open = await Promise.all(ends.map(({ address, port }) => answers(address, port)));
      assert.deepEqual(
        ends.filter((_, i) => !open[i]),
        [],
      );
    });
  });
}
