import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";

/** What no cluster can come of, wherever it is to run. */
export function refusals(cluster: ClusterUnderTest): void {
  describe("before anything is looked at", () => {
    afterEach(() => cluster.environment.assertUntouched());

    it("refuses a wrong passphrase", async () => {
      const output = await cluster.refusedUp({ PULUMI_CONFIG_PASSPHRASE: "not this one" });
      assert.match(output, /incorrect passphrase/);
    });

    it("refuses invalid settings, all at once", async () => {
      const invalid = { etcd: { members: 4 }, pgbounzer: { port: 1 } };
      const output = await cluster.whileChanged(invalid, () => cluster.refusedUp());
      assert.match(output, /etcd\.members: must be one of 1, 3 or 5, got 4/);
      assert.match(output, /pgbounzer: is not a setting; did you mean pgbouncer\?/);
    });

    it("refuses what the stack's policies refuse", async () => {
      const asked = { protect: false, policies: { protection: "refuse", backups: "warn" } };
      const output = await cluster.whileChanged(asked, () => cluster.refusedUp());
      assert.match(output, /policies\.protection: an update or `down` may remove a member's data/);
      assert.match(output, /warning: policies\.backups: there are no backups/);
    });
  });
}
