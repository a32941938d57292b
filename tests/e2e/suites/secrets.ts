import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../support/cluster/clusterUnderTest";

/** Who sees passwords of a running cluster: nobody but the stack's owner and the services. */
export function secrets(cluster: ClusterUnderTest): void {
  describe("for who looks around", () => {
    it("shows no password in process lists, logs and the like", async () => {
      // The look does find what is there to be seen.
      assert.notDeepEqual(await cluster.ground.placesThatShow(["patroni1"]), []);
      const passwords = await cluster.stack.passwords();
      assert.ok(passwords.length > 5 && passwords.every((password) => password.length >= 8));
      assert.deepEqual(await cluster.ground.placesThatShow([...passwords, "SCRAM-SHA-256$"]), []);
    });

    it("shows no password in the exported state", async () => {
      const exported = await cluster.stack.exported();
      assert.ok(exported.includes("patroni1"));
      for (const password of [...(await cluster.stack.passwords()), "SCRAM-SHA-256$"]) {
        assert.ok(!exported.includes(password));
      }
    });
  });
}
