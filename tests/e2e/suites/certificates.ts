import assert from "node:assert/strict";
import type { PeerCertificate, TLSSocket } from "node:tls";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { updateUnnoticed } from "../../../lab/cluster/unnoticed";
import { clientEndpoints } from "../../../lab/cluster/clientEndpoints";
import { connect, query } from "../../../lab/writer";
import { endCertificatesAt } from "../../../lab/exportedState";

/**
 * Certificates that change under a running cluster and its clients. Leaves the cluster healthy,
 * with its second CA.
 */
export function certificates(cluster: ClusterUnderTest): void {
  const { environment } = cluster;
  /** The certificate that a client is shown. */
  async function shown(url: string): Promise<PeerCertificate> {
    const client = await connect(url);
    const { stream } = (client as unknown as { connection: { stream: TLSSocket } }).connection;
    const certificate = stream.getPeerCertificate(true);
    await client.end();
    return certificate;
  }
  const allShown = async () => {
    const strings = await cluster.strings();
    return Promise.all(clientEndpoints.map(async (endpoint) => shown(strings[endpoint])));
  };
  const unencrypted = async () => {
    const strings = await cluster.strings();
    return clientEndpoints.map((endpoint) => strings[endpoint].replace("verify-full", "disable"));
  };
  const serials = async () => (await allShown()).map(({ serialNumber }) => serialNumber);
  const issuers = async () => [...new Set((await allShown()).map(({ issuer }) => issuer.CN))];

  async function unnoticed(what: string, changes: StackSettings): Promise<void> {
    await updateUnnoticed(cluster, what, changes);
    // Clients take over what the outputs say now.
    await cluster.outputs();
    await cluster.untilStreaming();
  }

  describe("when certificates change", () => {
    it("has new keys and certificates for all services, without a restart of any", async () => {
      const before = await serials();
      const services = await environment.incarnations();
      await unnoticed("new keys and certificates", { credentials: { certificates: 1 } });
      const after = await serials();
      assert.equal(after.filter((serial) => before.includes(serial)).length, 0);
      assert.deepEqual(await environment.incarnations(), services);
    });

    it("renews by `up` certificates that near their end, and a preview says so", async () => {
      const before = await serials();
      const tomorrow = new Date(Date.now() + 24 * 3600 * 1000);
      await cluster.stack.edit((resources) => {
        endCertificatesAt(tomorrow, resources);
      });
      const { output } = await cluster.stack.succeed("preview", "--diff");
      assert.match(output, /LocallySignedCert: \(replace\)/);
      await unnoticed("renewed certificates, and clients may do without encryption", {
        tls: { clients: "allowed" },
      });
      const after = await serials();
      assert.equal(after.filter((serial) => before.includes(serial)).length, 0);
    });

    it("lets in clients that do not encrypt, if they need not", async () => {
      for (const url of await unencrypted()) await query(url, "SELECT 1");
    });

    it("refuses two steps to another CA at once", async () => {
      const output = await cluster.whileChanged({ credentials: { authority: 2 } }, () =>
        cluster.refusedUp(),
      );
      assert.match(output, /credentials\.authority: takes one step in an `up`, got 2/);
    });

    it("changes over to another CA in two steps", async () => {
      const first = await issuers();
      assert.equal(first.length, 1);
      await unnoticed("all trust another CA", { credentials: { authority: 1 } });
      assert.deepEqual(await issuers(), first);
      await unnoticed("the other CA signs, and clients have to encrypt", {
        credentials: { authority: 2 },
        tls: { clients: "required" },
      });
      const second = await issuers();
      assert.equal(second.length, 1);
      assert.notDeepEqual(second, first);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });

    it("keeps out clients that do not encrypt, if they have to", async () => {
      for (const url of await unencrypted()) {
        await assert.rejects(query(url, "SELECT 1"), /no encryption|SSL required/);
      }
    });
  });
}
