import assert from "node:assert/strict";
import { execa } from "execa";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { docker } from "../../../lab/dockerObjects";
import { eventually } from "../../../lab/writer";

/**
 * The engine of a first update, killed at the moment at which the Docker Engine has made a
 * container. Leaves the stack unlocked, and the cluster half made.
 * @param container that the state will not have
 */
export function killedUpdate(cluster: ClusterUnderTest, container: string): void {
  const stack = () => ["--stack", cluster.name];
  const unlock = (...words: string[]) =>
    cluster.stack.hapg("unlock", ...stack(), "--config-file", cluster.stack.file, ...words);
  const update = () =>
    cluster.stack.hapg(
      "pulumi",
      ...["up", "--yes", "--skip-preview", "--non-interactive"],
      ...[...stack(), "--config-file", cluster.stack.file],
    );

  describe("when the engine of an update is killed", () => {
    it("does not unlock the stack while it runs", async () => {
      // Without the type, the volume of the same name counts, too.
      const wanted = ["type=container", "event=create", `container=${container}`];
      const filters = wanted.flatMap((filter) => ["--filter", filter]);
      const events = execa("docker", ["events", ...filters], { reject: false });
      const killed = cluster.stack.start("up", "--yes", "--skip-preview");
      events.stdout?.once("data", () => killed.kill("engine"));
      await eventually(30, async () => {
        const { code, output } = await unlock("--yes");
        assert.equal(code, 3, output);
        assert.match(output, /it still runs\. Wait until it has ended/);
      });
      const { code } = await killed.result;
      events.kill();
      assert.notEqual(code, 0);
    });

    it("names the holder of the lock and the command", async () => {
      const { code, output } = await update();
      assert.notEqual(code, 0);
      assert.match(output, /locked by process \d+ of \S+ on \S+ since .*; it no longer runs/);
      assert.ok(output.includes(`Release it: hapg unlock --stack ${cluster.name}`), output);
    });

    it("releases the lock, and clears what the state does not have", async () => {
      const { code, output } = await unlock("--yes");
      assert.equal(code, 0, output);
      assert.ok(output.includes(`Remove the container ${container}: the state does not`), output);
      assert.throws(() => docker("inspect", container), /No such object/);
      const again = await unlock("--yes");
      assert.match(again.output, /is not locked, and no update of it was cut short/);
    });
  });
}
