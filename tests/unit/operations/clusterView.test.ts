import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { topologyTable } from "../../../cli/topologyTable";
import { clusterMembers } from "../../../operations/clusterView";
import { TestCertificate } from "../../support/certificates";

describe("the table of members", () => {
  it("is as expected", () => {
    const table = topologyTable([
      { name: "patroni1", role: "leader", state: "running", timeline: 3, lag: 0 },
      {
        name: "patroni2",
        role: "sync_standby",
        state: "streaming",
        timeline: 3,
        lag: 0,
        tags: { clonefrom: true },
      },
      {
        name: "patroni10",
        role: "replica",
        state: "streaming",
        timeline: 12,
        lag: 1025,
        pending_restart: true,
        tags: { nosync: true, failover_priority: 2 },
      },
      { name: "patroni11", role: "replica", state: "start failed", lag: "unknown" },
      { name: "patroni12", role: "replica", state: "stopped" },
    ]);
    assert.deepEqual(table.split("\n"), [
      "member     role          state         timeline  lag      remarks",
      "patroni1   leader        running       3",
      "patroni2   sync standby  streaming     3         0 KiB    clonefrom: true",
      "patroni10  replica       streaming     12        2 KiB    pending restart, nosync: true, failover_priority: 2",
      "patroni11  replica       start failed            unknown",
      "patroni12  replica       stopped",
    ]);
  });

  it("is its head where nobody is there", () => {
    assert.equal(topologyTable([]), "member  role  state  timeline  lag  remarks");
  });
});

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
