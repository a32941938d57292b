import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../support/cluster/clusterUnderTest";

/** What secrets look like, whosever they are. */
const kinds = ["SCRAM-SHA-256$", "PRIVATE KEY"];

/** Who sees passwords of a running cluster: nobody but the stack's owner and the services. */
export function secrets(cluster: ClusterUnderTest): void {
  describe("for who looks around", () => {
    it("shows no password and no private key in process lists, logs and the like", async () => {
      // The look does find what is there to be seen.
      assert.notDeepEqual(await cluster.ground.placesThatShow(["patroni1"]), []);
      const secrets = await cluster.stack.secrets();
      assert.ok(secrets.length > 12 && secrets.every((secret) => secret.length >= 8));
      assert.deepEqual(await cluster.ground.placesThatShow([...secrets, ...kinds]), []);
    });

    it("shows none in the exported state", async () => {
      const exported = await cluster.stack.exported();
      assert.ok(exported.includes("patroni1"));
      for (const secret of [...(await cluster.stack.secrets()), ...kinds]) {
        assert.ok(!exported.includes(secret));
      }
    });
  });
}
