import assert from "node:assert/strict";
import { type PgHbaModel, pgHbaLines } from "../../../../configs/patroni/pgHba";

const model: PgHbaModel = {
  clusterNetworks: ["10.0.0.0/24", "fd00::/64"],
  clientNetworks: ["192.168.7.0/24"],
  extra: ["host shop shop 0.0.0.0/0 scram-sha-256"],
  clients: "required",
};

describe("pg_hba.conf", () => {
  it("is as expected for two networks, one of clients, and a line of the stack file", () => {
    assert.deepEqual(pgHbaLines(model), [
      "local all postgres peer",
      "local replication replicator,replicator_b scram-sha-256",
      "local all all scram-sha-256",
      "hostssl replication replicator,replicator_b 127.0.0.1/32 scram-sha-256",
      "hostssl replication replicator,replicator_b ::1/128 scram-sha-256",
      "hostssl replication replicator,replicator_b 10.0.0.0/24 scram-sha-256",
      "hostssl replication replicator,replicator_b fd00::/64 scram-sha-256",
      "hostssl all postgres 127.0.0.1/32 scram-sha-256",
      "hostssl all postgres ::1/128 scram-sha-256",
      "host all,replication postgres all reject",
      "host shop shop 0.0.0.0/0 scram-sha-256",
      "hostssl all all 127.0.0.1/32 scram-sha-256",
      "hostssl all all ::1/128 scram-sha-256",
      "hostssl all all 10.0.0.0/24 scram-sha-256",
      "hostssl all all fd00::/64 scram-sha-256",
      "hostssl all all 192.168.7.0/24 scram-sha-256",
    ]);
  });

  it("lets clients do without encryption where the stack file does, and standbys never", () => {
    const own = (lines: string[]) => lines.filter((line) => !model.extra.includes(line));
    const required = own(pgHbaLines(model));
    const allowed = own(pgHbaLines({ ...model, clients: "allowed" }));
    assert.deepEqual(
      allowed,
      required.map((line) => line.replace(/^hostssl all all/, "host all all")),
    );
    const network = allowed.filter((line) => line.includes(" replication "));
    assert.ok(network.every((line) => /^(local|hostssl) /.test(line)));
  });

  it("lets in nobody without a password but the local superuser, and nobody from elsewhere", () => {
    const lines = pgHbaLines({
      clusterNetworks: ["samenet"],
      clientNetworks: [],
      extra: [],
      clients: "required",
    });
    const withoutPassword = lines.filter((line) => !line.endsWith(" scram-sha-256"));
    assert.deepEqual(withoutPassword, [
      "local all postgres peer",
      "host all,replication postgres all reject",
    ]);
    const addresses = lines
      .filter((line) => line.startsWith("host") && !line.endsWith(" reject"))
      .map((line) => line.split(" ")[3]);
    assert.deepEqual(new Set(addresses), new Set(["127.0.0.1/32", "::1/128", "samenet"]));
  });

  it("keeps the superuser out of every network, whatever the stack file's own lines say", () => {
    const extra = ["host all all 0.0.0.0/0 scram-sha-256", "host all postgres samenet trust"];
    const networks = { clusterNetworks: ["samenet"], clientNetworks: [] };
    const lines = pgHbaLines({ ...networks, extra, clients: "allowed" });
    const rejected = lines.indexOf("host all,replication postgres all reject");
    const before = lines.slice(0, rejected).filter((line) => /^host(ssl)? all /.test(line));
    assert.deepEqual(before, [
      "hostssl all postgres 127.0.0.1/32 scram-sha-256",
      "hostssl all postgres ::1/128 scram-sha-256",
    ]);
    assert.ok(extra.every((line) => lines.indexOf(line) > rejected));
  });
});
