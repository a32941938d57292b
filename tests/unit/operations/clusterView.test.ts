import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { clusterMembers } from "../../../operations/clusterView";
import { TestCertificate } from "../../support/certificates";

describe("the members of a cluster", () => {
  /** Asks a REST API that answers like this. @param trusted the CA that is trusted, if not its own */
  async function asked(status: number, body: unknown, trusted?: TestCertificate) {
    const authority = await TestCertificate.authority();
    const { privateKey, certificate } = await authority.sign({ names: ["127.0.0.1"] });
    const server = createServer({ key: privateKey, cert: certificate }, ({ url }, response) => {
      response.writeHead(url === "/cluster" ? status : 404).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await clusterMembers({
        restApiUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        caCertificate: (trusted ?? authority).certificate,
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it("come in the order of their numbers", async () => {
    const member = (name: string) => ({ name, role: "replica", state: "streaming" });
    const members = ["patroni10", "patroni2", "patroni1"].map(member);
    assert.deepEqual(
      (await asked(200, { members })).map(({ name }) => name),
      ["patroni1", "patroni2", "patroni10"],
    );
  });

  it("are not asked of somebody else", async () => {
    const stranger = await TestCertificate.authority("stranger");
    await assert.rejects(asked(200, { members: [] }, stranger), /certificate/);
  });

  it("are not made up where the REST API refuses", async () => {
    await assert.rejects(asked(503, { members: [] }), /\/cluster answers 503$/);
  });
});
