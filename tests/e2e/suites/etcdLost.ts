import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";
import { query } from "../../../lab/writer";
import { type EtcdRebuild, etcdRebuild } from "../../../operations/etcdRebuild";
import { reachOf } from "../../../platforms/byPlatform";

/**
 * The loss of etcd's majority, then of all its data, while PostgreSQL keeps its own. Leaves the
 * cluster healthy.
 * @param lose takes etcd's member away, with its data
 */
export function etcdLost(
  cluster: ClusterUnderTest,
  lose: (service: string) => Promise<void>,
): void {
  const rebuild = async (): Promise<EtcdRebuild> => {
    const reach = reachOf(cluster.parsedSettings);
    try {
      return await etcdRebuild(cluster.parsedSettings, `hapg/${cluster.name}`, reach);
    } finally {
      await reach.close();
    }
  };
  const write = async (word: string) => {
    await query((await cluster.strings()).write, `INSERT INTO greeting VALUES ('${word}')`);
  };
  const hasRows = async (...words: string[]) => {
    await cluster.untilStreaming();
    const rows = await query<{ word: string }>((await cluster.strings()).write, "TABLE greeting");
    assert.deepEqual(
      rows.map(({ word }) => word),
      words,
    );
  };

  describe("when etcd has lost its majority", () => {
    before(() => cluster.greet());

    it("does not let etcd be rebuilt while it has a quorum", async () => {
      await assert.rejects(rebuild(), /etcd has a quorum \(etcd1 answers\): nothing was changed/);
    });

    it("says in an update how to go on", async () => {
      await write("before the loss");
      await lose("etcd1");
      await lose("etcd3");
      assert.match(await cluster.refusedUp(), /rebuild etcd: npm run rebuild-etcd/);
    });

    it("goes on from the data that is left, with every row", async () => {
      const { chosen, hasData, permit } = await rebuild();
      assert.deepEqual({ chosen, hasData }, { chosen: "etcd2", hasData: true });
      await permit();
      const { seconds } = await cluster.up();
      print(`up that rebuilds etcd from one member's data: ${seconds.toFixed(1)} s`);
      await hasRows("hello", "before the loss");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });

  describe("when etcd has lost all data", () => {
    it("is refused by an update, which says how to go on", async () => {
      await write("before the second loss");
      for (const service of ["etcd1", "etcd2", "etcd3"]) await lose(service);
      assert.match(await cluster.refusedUp(), /npm run rebuild-etcd/);
    });

    it("begins anew, and the members keep every row", async () => {
      const { chosen, hasData, permit } = await rebuild();
      assert.deepEqual({ chosen, hasData }, { chosen: "etcd1", hasData: false });
      await permit();
      const { seconds } = await cluster.up();
      print(`up that rebuilds etcd from nothing: ${seconds.toFixed(1)} s`);
      await hasRows("hello", "before the loss", "before the second loss");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
