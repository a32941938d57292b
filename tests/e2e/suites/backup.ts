import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { print } from "../../../lab/print";
import { eventually, Writer } from "../../../lab/writer";
import { carryOutRestore, planRestore } from "../../../operations/backup/restore";
import { rehearse } from "../../../operations/backup/repository";
import { windowOf } from "../../../operations/backup/window";
import { asMetrics } from "./backup/asMetrics";
import { ClusterBackups } from "./backup/clusterBackups";

/** What the platform does for this suite. */
export interface BackupEnvironment {
  /** Makes room for the repository, and returns its settings. @default nothing to do */
  makeRoom?: () => Promise<StackSettings>;
  /** Further tests of the repository's service. */
  further?: () => void;
  /** Loses everything of the cluster except for the repository's data, and returns new settings. */
  loseAllButRepository: () => Promise<StackSettings>;
  /** The settings without the room for the repository. */
  withoutRoom?: StackSettings;
  /** Removes the repository's data, once nothing uses it. */
  removeRepository: () => Promise<void>;
}

/**
 * Backups are turned on in a running cluster, taken and restored: over its data, and where nothing
 * but the repository and its key is left. Leaves a healthy cluster without backups.
 */
export function backup(cluster: ClusterUnderTest, environment: BackupEnvironment): void {
  const backups = new ClusterBackups(cluster);
  const { facts, take, inWrite } = backups;
  const withReach = backups.withReach.bind(backups);
  const numbers = () => backups.numbers();
  const restore = async (id: string, target: object): Promise<void> => {
    cluster.change({ restore: { id, ...target } });
    await cluster.up();
    await withReach(async (reach) => {
      const settings = cluster.parsedSettings;
      const plan = await planRestore(settings, reach);
      await carryOutRestore(settings, reach, plan, { seconds: 120, onStep: () => undefined });
    });
    await cluster.untilStreaming();
  };

  describe("with backups", () => {
    let target: string;

    it("archives within seconds once they are turned on, and takes the first one by itself", async () => {
      cluster.change((await environment.makeRoom?.()) ?? {});
      cluster.change({
        // The suite rehearses by itself.
        backup: {
          ...{ enabled: true, archiveTimeoutSeconds: 5, rehearseEveryDays: 0 },
          rehearsalChecks: [{ database: "app", sql: "SELECT count(*) = 1 FROM kept" }],
        },
      });
      const { seconds } = await cluster.up();
      print(`up that turns backups on: ${seconds.toFixed(1)} s`);
      await cluster.stack.succeed("preview", "--expect-no-changes");
      await eventually(60, async () => {
        const { backups = [], archiver } = await facts();
        assert.equal(backups[0]?.type, "full");
        assert.ok((archiver?.archived ?? 0) > 0);
      });
      await backups.untilFound([]);
    });

    asMetrics(cluster);
    environment.further?.();

    it("proves that WAL arrives, and that every file has its checksum", async () => {
      await backups.act("check");
      await backups.act("verify");
    });

    it("takes incremental and full backups from a standby, and lets one at a time run", async () => {
      await inWrite("CREATE TABLE kept (i int)");
      await inWrite("INSERT INTO kept VALUES (1)");
      const both = await Promise.allSettled([take("incr"), take("incr")]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
      const refused = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
      assert.match(String(refused.reason), /another backup runs/);
      const { type, bytes, changedBytes } = await take("full");
      assert.equal(type, "full");
      assert.ok(changedBytes < bytes, "it is not compressed");
    });

    it("rehearses a restore, with the stack's own checks, and leaves nothing of it", async () => {
      const rehearsed = () =>
        withReach((reach) => rehearse(cluster.parsedSettings, reach, () => undefined));
      // The latest backup and its WAL have the row; an earlier state has not.
      await inWrite("INSERT INTO kept VALUES (7)");
      await backups.act("check");
      await assert.rejects(rehearsed(), /count\(\*\) = 1.* answers 'f' and not true/);
      await backups.untilFound(["rehearsal-failed"]);
      await inWrite("DELETE FROM kept WHERE i = 7");
      await backups.act("check");
      const { rtoSeconds, rpoSeconds, checks } = await rehearsed();
      print(`rehearsal: RTO ${rtoSeconds} s, RPO ${String(rpoSeconds)} s`);
      assert.equal(checks.length, 1);
      assert.ok(rpoSeconds !== null && rpoSeconds < 15, String(rpoSeconds));
      await backups.untilFound([]);
    });

    it("loses no acknowledged write that came before the target, and has none after it", async () => {
      const writer = await new Writer((await cluster.strings()).write, "written").start();
      await eventually(20, async () => {
        const [row] = await inWrite<{ n: string }>("SELECT count(*) AS n FROM written");
        assert.ok(Number(row?.n) > 50);
      });
      await writer.stop();
      await inWrite("INSERT INTO kept VALUES (2)");
      target = await backups.now();
      await inWrite("INSERT INTO kept VALUES (3)");
      await inWrite("DROP TABLE written");
      await eventually(30, async () => {
        const window = windowOf(await facts());
        assert.ok(window && window.to > Date.parse(target) / 1000);
      });
      const started = Date.now();
      await restore("first", { time: target });
      print(`restore in place: ${((Date.now() - started) / 1000).toFixed(1)} s`);
      assert.deepEqual(await writer.lost(), []);
      assert.deepEqual(await numbers(), [1, 2]);
    });

    it("is done once: neither the command nor an update repeats it", async () => {
      await inWrite("INSERT INTO kept VALUES (4)");
      await withReach((reach) =>
        assert.rejects(planRestore(cluster.parsedSettings, reach), /first was done already/),
      );
      await cluster.up();
      assert.deepEqual(await numbers(), [1, 2, 4]);
    });

    it("refuses a target outside of the recoverable window", async () => {
      const early = { id: "early", time: "2020-01-01T00:00:00Z" };
      await cluster.whileChanged({ restore: early }, async () => {
        await withReach((reach) =>
          assert.rejects(planRestore(cluster.parsedSettings, reach), /outside of the recoverable/),
        );
      });
      assert.deepEqual(await numbers(), [1, 2, 4]);
    });

    it("goes on archiving on the new timeline, and takes a backup of it", async () => {
      await backups.act("check");
      const { walStart } = await take("incr");
      assert.notEqual(walStart?.slice(0, 8), "00000001");
      await backups.untilFound([]);
    });

    it("is restored from nothing but the repository and its key", async () => {
      const key = ((await cluster.outputs()) as unknown as { backupKey: string }).backupKey;
      await inWrite("INSERT INTO kept VALUES (5)");
      await backups.act("check");
      const found = await environment.loseAllButRepository();
      await cluster.loseState();
      cluster.change(found);
      cluster.change({
        backup: { key },
        restore: { id: "second", time: undefined },
      });
      const { seconds } = await cluster.up();
      print(`up from repository and key: ${seconds.toFixed(1)} s`);
      assert.deepEqual(await numbers(), [1, 2, 4, 5]);
      await cluster.untilStreaming();
    });

    it("is turned off by a rolling change", async () => {
      cluster.change({ backup: { enabled: false, key: undefined }, restore: undefined });
      cluster.change(environment.withoutRoom ?? {});
      await cluster.up();
      await environment.removeRepository();
      await cluster.untilStreaming();
      await cluster.stack.succeed("preview", "--expect-no-changes");
      await backups.untilFound([]);
    });
  });
}
