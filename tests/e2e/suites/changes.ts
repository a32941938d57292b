import assert from "node:assert/strict";
import type { Settings } from "../../../configs/settings/schema";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { fewestDuring } from "../../../lab/cluster/fewestDuring";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { withoutFailures } from "../../../lab/cluster/withoutFailures";
import { print } from "../../../lab/print";
import { eventually, query, writingDuring } from "../../../lab/writer";

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
