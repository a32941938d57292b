import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Settings } from "../../../configs/settings/schema";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { fewestDuring } from "../../../lab/cluster/fewestDuring";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { withoutFailures } from "../../../lab/cluster/withoutFailures";
import { print } from "../../../lab/print";
import { connect, eventually, query, writingDuring } from "../../../lab/writer";

/** How long a pool waits at most for an update that does not come back, and some more, in ms. */
const longestHold = 20_000;

/** An answer that takes longer than this has to wait for the pool, in ms. */
const late = 500;

/**
 * Asks again and again.
 * @returns the first answer that is late, which may be yet to come
 * @throws {Error} with the update's output if it ends before
 */
async function firstLate(
  ask: () => Promise<unknown>,
  update: Promise<{ output: string }>,
): Promise<{ answer: Promise<unknown> }> {
  let ended: string | undefined;
  void update.then(({ output }) => (ended = output));
  while (ended === undefined) {
    const answer = ask();
    if ((await Promise.race([answer, pause(late, "late")])) === "late") return { answer };
    await pause(20);
  }
  throw new Error(`the pool's clients did not wait:\n${ended}`);
}

/** An update that has nothing to do. */
export function unchanged(cluster: ClusterUnderTest): void {
  const { environment } = cluster;

  describe("when nothing is changed", () => {
    it("changes nothing in a second `up`", async () => {
      const before = await environment.incarnations();
      const { seconds, output } = await cluster.up("--expect-no-changes");
      print(`up without a change: ${seconds.toFixed(1)} s`);
      assert.doesNotMatch(output, /[1-9]\d* (created|updated|replaced|deleted)/);
      assert.deepEqual(await environment.incarnations(), before);
      const preview = await cluster.stack.succeed("preview", "--expect-no-changes");
      print(`preview without a change: ${preview.seconds.toFixed(1)} s`);
    });
  });
}

/**
 * Updates of a cluster that is healthy, and leave it so.
 * @param rolling settings other than those of now, whose change starts every member anew
 */
export function changes(
  cluster: ClusterUnderTest,
  rolling: (now: Settings) => StackSettings,
): void {
  const { environment } = cluster;

  describe("when it is updated", () => {
    it("rolls one member at a time when a node-local setting changes, while a writer writes", async () => {
      const { write } = await cluster.strings();
      const before = await environment.incarnations();
      cluster.change(rolling(cluster.parsedSettings));
      const { result, report, lost } = await writingDuring(write, "rolling", () =>
        fewestDuring(
          () => environment.runningMembers(),
          () => withoutFailures(cluster, "rolling change", () => cluster.up()),
        ),
      );
      print(
        `rolling change: ${result.result.seconds.toFixed(1)} s, ` +
          `${report.acknowledged.length} writes acknowledged, ` +
          `longest gap ${report.longestGapMilliseconds} ms`,
      );
      const after = await environment.incarnations();
      for (const member of cluster.memberNames) {
        assert.notEqual(after[member], before[member], member);
      }
      assert.ok(result.fewest >= 2, `at one time only ${result.fewest} members were running`);
      assert.deepEqual(lost, []);
      await cluster.untilStreaming();
    });

    it("fails no transaction of the pool's clients when all members restart", async () => {
      const from = await cluster.leader();
      const { write } = await cluster.strings();
      const [{ max_worker_processes: now } = { max_worker_processes: "" }] = await query<{
        max_worker_processes: string;
      }>(write, "SHOW max_worker_processes");
      cluster.change({ postgres: { parameters: { max_worker_processes: Number(now) + 1 } } });
      const { output } = await withoutFailures(cluster, "rolling restart", () => cluster.up());
      assert.match(output, /switched over in .* the pool's clients waited \d+ ms/);
      assert.notEqual(await cluster.leader(), from);
      await cluster.untilStreaming();
    });

    it("lets the pool's clients go on when it is killed while they wait", async () => {
      const { pooledWrite } = await cluster.strings();
      const [{ max_worker_processes: now } = { max_worker_processes: "" }] = await query<{
        max_worker_processes: string;
      }>(pooledWrite, "SHOW max_worker_processes");
      cluster.change({ postgres: { parameters: { max_worker_processes: Number(now) + 1 } } });
      const client = await connect(pooledWrite);
      try {
        const update = cluster.startUp();
        const { answer } = await firstLate(() => client.query("SELECT 1"), update.result);
        update.kill("everything");
        const killed = Date.now();
        await answer;
        print(
          `the pool's clients waited ${Date.now() - killed} ms more after the update was killed`,
        );
        assert.ok(Date.now() - killed < longestHold);
        assert.notEqual((await update.result).code, 0);
      } finally {
        await client.end();
      }
      const { stack } = cluster;
      const words = ["--stack", cluster.name, "--config-file", stack.file, "--yes"];
      const { code, output } = await stack.hapg("unlock", ...words);
      assert.equal(code, 0, output);
      await cluster.up();
      await cluster.untilStreaming();
      const { write } = await cluster.strings();
      const after = await query(write, "SHOW max_worker_processes");
      assert.deepEqual(after, [{ max_worker_processes: String(Number(now) + 1) }]);
    });

    it("applies a changed PostgreSQL parameter to the running cluster without a restart", async () => {
      const before = await environment.incarnations();
      cluster.change({ postgres: { parameters: { log_min_duration_statement: 4321 } } });
      await cluster.up();
      const { write } = await cluster.strings();
      await eventually(15, async () => {
        const rows = await query(write, "SHOW log_min_duration_statement");
        assert.deepEqual(rows, [{ log_min_duration_statement: "4321ms" }]);
      });
      assert.deepEqual(await environment.incarnations(), before);
    });
  });
}
