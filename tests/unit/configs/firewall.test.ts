import assert from "node:assert/strict";
import { firewallUnit, renderFirewall } from "../../../configs/host/firewallNft";
import type { SettingsInput } from "../../../configs/settings/schema";
import { assertGolden } from "../../support/golden";
import { vmHostOf, vmSettingsOf } from "../../support/models";

/** The rules of a host of two: one with data, one that routes. */
function rulesOf(name: "data" | "router", input: Partial<SettingsInput> = {}): string {
  const settings = vmSettingsOf({
    etcd: { members: 1 },
    postgres: { members: 1 },
    haproxy: { instances: 1 },
    pgbouncer: { instances: 1 },
    ...input,
    vm: {
      hosts: {
        data: { address: "10.0.0.1", services: ["etcd1", "patroni1"] },
        router: { address: "10.0.0.2", services: ["haproxy1", "pgbouncer1"] },
      },
      ...input.vm,
    },
  });
  return renderFirewall(vmHostOf(name, settings), settings);
}

const clientNetworks = ["192.168.7.0/24", "203.0.113.5/32"];

describe("firewall rules", () => {
  it("are as expected on a host of all services with networks of clients", () => {
    const settings = vmSettingsOf({
      keepalived: { virtualAddress: "10.0.0.100" },
      vm: { clientNetworks },
    });
    assertGolden("firewall.nft", renderFirewall(vmHostOf("db2", settings), settings));
  });

  it("close etcd, PostgreSQL and Patroni where there is data, to all but the cluster's hosts", () => {
    const rules = rulesOf("data").split("\n");
    const accept = rules.indexOf("    ip saddr { 10.0.0.1, 10.0.0.2 } accept");
    const drop = rules.indexOf("    tcp dport { 2379, 2380, 5432, 8008 } drop");
    assert.ok(accept > 0 && drop > accept, rules.join("\n"));
  });

  it("close nothing where there are only routers: their ports are for clients", () => {
    assert.doesNotMatch(rulesOf("router", { vm: { clientNetworks } }), /drop|dport/);
  });

  it("let nobody else say who holds the virtual address, by VRRP, which is protocol 112", () => {
    const withAddress = { keepalived: { virtualAddress: "10.0.0.100" } };
    assert.match(rulesOf("router", withAddress), /^ {4}ip protocol 112 drop$/m);
    assert.doesNotMatch(rulesOf("data", withAddress), /112/);
  });

  it("let networks of clients in to PostgreSQL, and to nothing else", () => {
    const rules = rulesOf("data", { vm: { clientNetworks } }).split("\n");
    const open = rules.filter((line) => line.includes("192.168.7.0/24"));
    assert.deepEqual(open, [
      "    tcp dport 5432 ip saddr { 192.168.7.0/24, 203.0.113.5/32 } accept",
    ]);
  });

  it("are in a table of their own, and accept what they do not name", () => {
    const rules = rulesOf("data");
    assert.deepEqual(rules.match(/table .*/g), [
      "table inet hapg",
      "table inet hapg",
      "table inet hapg {",
    ]);
    assert.match(rules, /policy accept;/);
  });
});

describe("the firewall's unit", () => {
  it("is as expected", () => {
    assertGolden("firewall.service", firewallUnit("/etc/hapg/firewall.nft"));
  });
});
