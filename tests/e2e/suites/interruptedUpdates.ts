import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Open } from "../../../drills/updates/round";
import { UpdateDrillSession } from "../../../drills/updates/session";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";

/** The same in each run, so that a failure can be repeated. */
const seed = 1;

/**
 * Random changes, each of whose updates is killed and repeated. Leaves the cluster healthy, with
 * other settings.
 * @param rounds how many
 */
export function interruptedUpdates(cluster: ClusterUnderTest, open: Open, rounds: number): void {
  describe("when its updates are killed at random moments", () => {
    let session: UpdateDrillSession;
    let folder: string;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "hapg-updates-"));
      cluster.change({ patroni: { synchronousMode: "on" }, roles: { app: {} } });
      await cluster.up();
      await cluster.untilStreaming();
      const wanted = { seed, from: 1, rounds, folder };
      session = new UpdateDrillSession({ own: cluster, open }, wanted, print);
    });
    after(() => rmSync(folder, { recursive: true }));

    for (let round = 1; round <= rounds; round++) {
      it(`is healthy and as its stack file says after round ${round}`, async () => {
        const { problems } = await session.round(round);
        assert.deepEqual(problems, []);
      });
    }
  });
}
