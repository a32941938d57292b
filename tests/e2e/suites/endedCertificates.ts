import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { endCertificates } from "../../../lab/cluster/endCertificates";
import { print } from "../../../lab/print";
import { query } from "../../../lab/writer";
import { diagnoseSchema } from "../../../operations/statusSchema";

/** Certificates of all services that have ended, which one `up` repairs. Leaves the cluster healthy. */
export function endedCertificates(cluster: ClusterUnderTest): void {
  describe("when all certificates have ended", () => {
    const words = () => ["--stack", cluster.name, "--config-file", cluster.stack.file];

    it("is found by diagnose in every service", async () => {
      await cluster.untilStreaming();
      await endCertificates(cluster);
      const { output, code } = await cluster.stack.hapg("diagnose", ...words(), "--json");
      assert.equal(code, 2, output);
      const found = diagnoseSchema.parse(JSON.parse(output));
      const ended = found.filter(({ id }) => id === "certificate-ended");
      const named = (name: string) => ended.some((one) => JSON.stringify(one).includes(name));
      for (const name of ["etcd1", "etcd2", "etcd3", ...cluster.memberNames])
        assert.ok(named(name), `${name}: ${output}`);
      const { write } = await cluster.strings();
      await assert.rejects(query(write, "SELECT 1"));
    });

    it("is repaired by one `up`", async () => {
      const { seconds } = await cluster.up();
      print(`up with ended certificates: ${seconds.toFixed(1)} s`);
      await cluster.untilStreaming();
      const { write } = await cluster.strings();
      await query(write, "SELECT 1");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
