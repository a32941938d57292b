import assert from "node:assert/strict";
import { Refusal } from "../../../operations/switchover/choice";
import { type Switchover, type SwitchoverArgs, switchOver } from "../../../operations/switchover";
import { reachOf } from "../../../platforms/byPlatform";
import type { Reach } from "../../../platforms/reach";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { HeldConnections } from "../../../lab/cluster/heldConnections";
import { transactingDuring } from "../../../lab/cluster/transactions";
import { patroniCall } from "../../support/patroni";
import { inSeconds, print } from "../../../lab/print";
import { connect, query } from "../../../lab/writer";

/** Planned changes of the leader. Leaves the cluster healthy. */
export function switchover(cluster: ClusterUnderTest): void {
  describe("when another member is told to lead", () => {
    it("lets connections held open through the pool write again", async () => {
      const from = await cluster.leader();
      const held = await HeldConnections.open((await cluster.strings()).pooledWrite, 10);
      const started = Date.now();
      await patroniCall(cluster.environment, from, "switchover", { leader: from });
      await held.writeAgain(30);
      print(
        `switchover, until 10 held connections had written again: ${inSeconds(Date.now() - started)}`,
      );
      assert.notEqual(await cluster.leader(), from);
      await cluster.untilStreaming();
    });
  });

  describe("when `npm run switchover` lets another member lead", () => {
    let reach: Reach;
    before(() => (reach = reachOf(cluster.parsedSettings)));
    after(() => reach.close());

    const run = async (more: Partial<SwitchoverArgs> = {}): Promise<Switchover> =>
      switchOver({
        settings: cluster.parsedSettings,
        members: () => cluster.members(),
        reach,
        ...more,
      });

    it("changes nothing while a transaction does not end", async () => {
      const from = await cluster.leader();
      const { pooledWrite } = await cluster.strings();
      const client = await connect(pooledWrite);
      await client.query("BEGIN");
      await client.query("SELECT 1");
      await assert.rejects(
        run({ waitSeconds: 1 }),
        (error: unknown) => error instanceof Refusal && /still running/.test(error.message),
      );
      await client.query("COMMIT");
      await client.end();
      assert.deepEqual(await query(pooledWrite, "SELECT 1 AS one"), [{ one: 1 }]);
      assert.equal(await cluster.leader(), from);
    });

    it("fails no transaction of the pool's clients", async () => {
      const { pooledWrite, pooledRead } = await cluster.strings();
      await query(pooledWrite, "DROP TABLE IF EXISTS planned");
      await query(pooledWrite, "CREATE TABLE planned (id bigserial)");
      const insert = "INSERT INTO planned DEFAULT VALUES";
      const writes = { url: pooledWrite, clients: 8, statements: [insert, "SELECT 1"] };
      const reads = { url: pooledRead, clients: 4, statements: ["SELECT 1", "SELECT 2"] };
      const { result: written, report: read } = await transactingDuring(reads, () =>
        transactingDuring(writes, run),
      );
      const { result, report } = written;
      print(
        `planned switchover: the pool paused ${result.pausedMilliseconds} ms; ` +
          `longest wait to write ${report.longestMilliseconds} ms, to read ${read.longestMilliseconds} ms`,
      );
      assert.deepEqual([report.failures, read.failures], [[], []]);
      const rows = await query<{ count: string }>(pooledWrite, "SELECT count(*) FROM planned");
      assert.equal(Number(rows[0]?.count), report.committed);
      assert.equal(await cluster.leader(), result.to);
      await cluster.untilStreaming();
    });
  });
}
