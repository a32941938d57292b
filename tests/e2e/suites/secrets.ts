import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { secretsIn } from "../../../lab/exportedState";

/** What secrets look like, whosever they are. */
const kinds = ["SCRAM-SHA-256$", "PRIVATE KEY-----"];

/** Who sees passwords of a running cluster: nobody but the stack's owner and the services. */
export function secrets(cluster: ClusterUnderTest): void {
  describe("for who looks around", () => {
    it("shows no password and no private key in process lists, logs and the like", async () => {
      // The look does find what is there to be seen.
      assert.notDeepEqual(await cluster.environment.placesThatShow(["patroni1"]), []);
      const secrets = secretsIn(await cluster.stack.resources());
      assert.ok(secrets.length > 12 && secrets.every((secret) => secret.length >= 8));
      assert.deepEqual(await cluster.environment.placesThatShow([...secrets, ...kinds]), []);
    });

    it("shows none in a preview of changed passwords, keys and certificates", async () => {
      const changes = {
        roles: { app: { rotation: 9 } },
        credentials: { superuser: 9, restApi: 9, etcd: 9, stats: 9, certificates: 9 },
      };
      const { output } = await cluster.whileChanged(changes, () =>
        cluster.stack.succeed("preview", "--diff"),
      );
      assert.match(output, /RandomPassword: \((create|replace)\)/);
      assert.match(output, /PrivateKey: \(create\)/);
      for (const secret of [...secretsIn(await cluster.stack.resources()), ...kinds]) {
        assert.ok(!output.includes(secret));
      }
    });

    it("shows none in the exported state", async () => {
      const exported = await cluster.stack.exported();
      assert.ok(exported.includes("patroni1"));
      for (const secret of [...secretsIn(await cluster.stack.resources()), ...kinds]) {
        assert.ok(!exported.includes(secret));
      }
    });
  });
}
