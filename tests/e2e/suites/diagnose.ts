import assert from "node:assert/strict";
import type { DrillCluster } from "../../../drills/cluster";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { inSeconds, print } from "../../../lab/print";
import { eventually } from "../../../lab/writer";
import { diagnose as problemsOf } from "../../../operations/diagnose";
import type { Finding } from "../../../operations/diagnose/finding";
import { lookCloser } from "../../../operations/look/closer";
import { provocations } from "./diagnose/provocations";
import { Scene } from "./diagnose/scene";

/** How long it may take until a healthy cluster has no problem left, in seconds. */
const recoverySeconds = 90;

/** The most that `hapg diagnose` may take, in seconds. */
const mostSeconds = 5;

/**
 * Problems that are provoked for real, one after the other: `hapg diagnose` names each, and nothing
 * else; afterwards there is none. `tests/unit/operations/diagnose.test.ts` has those that take
 * hours, another clock or a damaged cluster.
 * @param open what drills need of the cluster
 */
export function diagnose(cluster: ClusterUnderTest, open: () => Promise<DrillCluster>): void {
  describe("diagnose", () => {
    let opened: DrillCluster;
    let scene: Scene;
    let slowest = 0;
    before(async () => {
      await cluster.untilStreaming();
      opened = await open();
      const { postgres } = (await cluster.outputs()).administratorConnectionStrings;
      const direct = postgres?.members ?? [];
      scene = new Scene(opened, cluster.environment, await cluster.strings(), direct);
    });
    after(async () => {
      print(`the slowest diagnosis: ${inSeconds(slowest)}`);
      await opened.reach.close();
    });

    const problems = async (settings = opened.settings): Promise<Finding[]> => {
      const started = Date.now();
      const look = await lookCloser(settings, opened.reach);
      slowest = Math.max(slowest, Date.now() - started);
      return problemsOf({ look, settings, run: (...words) => words.join(" ") });
    };
    const healthy = () =>
      eventually(recoverySeconds, async () => assert.deepEqual(await problems(), []));

    it("finds nothing in a healthy cluster", healthy);

    for (const provocation of provocations) {
      const steps = [provocation, ...(provocation.then ?? [])];
      it(`finds ${steps.map(({ id }) => id).join(", then ")}`, async function () {
        if (provocation.on !== undefined && provocation.on !== opened.settings.platform)
          return this.skip();
        await scene.refresh();
        const settings = provocation.expecting?.(opened.settings);
        const undo: (() => Promise<unknown>)[] = [];
        try {
          for (const { id, also = [], severity, quotes = /./, seconds = 20, provoke } of steps) {
            undo.unshift(await provoke(scene));
            await eventually(seconds, async () => {
              const found = await problems(settings);
              const ids = [...new Set(found.map((one) => one.id))].sort();
              assert.deepEqual(ids, [id, ...also].sort(), JSON.stringify(found));
              const own = found.find((one) => one.id === id);
              assert.equal(own?.severity, severity);
              assert.match(own.evidence, quotes);
            });
          }
        } finally {
          for (const one of undo) await one();
        }
        await healthy();
      });
    }

    it("takes no more than its time, whatever was wrong", () => {
      assert.ok(slowest < mostSeconds * 1000, inSeconds(slowest));
    });
  });
}
