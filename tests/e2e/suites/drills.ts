import assert from "node:assert/strict";
import type { DrillCluster } from "../../../drills/cluster";
import { chosen } from "../../../drills/choose";
import { DrillSession } from "../../../drills/session";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";

/**
 * Some of the failure drills, each once. How long writes stand still is printed, and not judged
 * here: that depends on what else the machine does.
 * @param open what drills need of the cluster
 * @param ids of the scenarios
 */
export function drills(
  cluster: ClusterUnderTest,
  open: () => Promise<DrillCluster>,
  ids: string[],
): void {
  describe("in failure drills", () => {
    let opened: DrillCluster;
    before(async () => {
      await cluster.untilStreaming();
      opened = await open();
    });
    after(() => opened.reach.close());

    for (const scenario of chosen(ids)) {
      it(`comes through ${scenario.id}: ${scenario.title}`, async () => {
        const session = new DrillSession(opened, false);
        await session.run([scenario], 1);
        const { results, stopped, skipped } = session.report();
        assert.equal(stopped, undefined);
        assert.deepEqual(skipped, []);
        const unmet = results.flatMap(({ expectations }) => expectations.filter(({ met }) => !met));
        assert.deepEqual(unmet, []);
        assert.ok(
          results.every(({ acknowledged }) => acknowledged > 100),
          "clients have written",
        );
      });
    }
  });
}
