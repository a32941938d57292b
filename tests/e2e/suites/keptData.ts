import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";
import { eventually, query } from "../../../lab/writer";

/**
 * The end of a cluster, and another one on its data.
 * @param loss what is lost while nothing runs, and must not matter
 */
export function keptData(
  cluster: ClusterUnderTest,
  loss: () => Promise<void> = () => Promise.resolve(),
): void {
  const timelines = async () => {
    const ask = "curl -sk https://localhost:8008/config";
    const config = await cluster.environment.inMember("patroni2", "sh", "-c", ask);
    return (JSON.parse(config) as { hapg: { timelines: Record<string, number> } }).hapg.timelines;
  };

  describe("when it is destroyed", () => {
    let former: string;
    let known: Record<string, number>;

    it("keeps the data and leaves nothing else", async () => {
      former = (await cluster.strings()).write;
      known = await timelines();
      await cluster.greet();
      await query(former, "INSERT INTO greeting VALUES ('still here')");
      const { seconds } = await cluster.stack.succeed("destroy", "--yes", "--skip-preview");
      print(`destroy: ${seconds.toFixed(1)} s`);
      await cluster.environment.assertOnlyDataLeft();
      await loss();
    });

    it("is found again on the kept data, with credentials that work", async () => {
      const { seconds } = await cluster.up();
      print(`up on kept data: ${seconds.toFixed(1)} s`);
      const strings = await cluster.strings();
      assert.notEqual(strings.write, former, "destroy forgot the passwords, so they are new");
      for (const endpoint of ["write", "read", "pooledWrite", "pooledRead"] as const) {
        await eventually(10, async () => {
          const rows = await query<{ word: string }>(strings[endpoint], "TABLE greeting");
          assert.deepEqual(
            rows.map(({ word }) => word),
            ["hello", "still here"],
            endpoint,
          );
        });
      }
      await cluster.untilStreaming();
      const now = await timelines();
      for (const [member, timeline] of Object.entries(known)) {
        assert.ok((now[member] ?? 0) >= timeline, "etcd still knows who has led");
      }
    });
  });
}
