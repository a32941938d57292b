import type { Settings } from "../../../configs/settings/schema";
import assert from "node:assert/strict";
import { hostOf, portsOn, servicesOn } from "../../../configs/cluster/placement";
import { kindMeant, planOf } from "../../../configs/cluster/plan";
import { settingsOf, vmHostOf, vmSettingsOf } from "../../support/models";

/** Routers on two hosts and data on the third. */
const hosts = {
  edge1: { address: "10.0.1.1", services: ["haproxy1", "pgbouncer1"] },
  edge2: { address: "10.0.1.2", services: ["pgbouncer2", "haproxy2"] },
  data: { address: "10.0.1.3", services: ["etcd1", "patroni1"] },
};
const small = {
  etcd: { members: 1 as const },
  postgres: { members: 1 },
  haproxy: { instances: 2 },
  pgbouncer: { instances: 2 },
  vm: { hosts },
};
const settings = vmSettingsOf(small);
const withAddress = vmSettingsOf({ ...small, keepalived: { virtualAddress: "10.0.1.100" } });

describe("services on a host", () => {
  it("are those of the stack file", () => {
    const names = servicesOn(vmHostOf("edge2", settings), settings).map(({ name }) => name);
    assert.deepEqual(names, ["haproxy2", "pgbouncer2"]);
  });

  it("have a Keepalived beside each HAProxy, of the same number, where there is a virtual address", () => {
    const on = (name: string) =>
      servicesOn(vmHostOf(name, withAddress), withAddress).map((service) => service.name);
    assert.deepEqual(on("edge1"), ["haproxy1", "pgbouncer1", "keepalived1"]);
    assert.deepEqual(on("edge2"), ["haproxy2", "pgbouncer2", "keepalived2"]);
    assert.deepEqual(on("data"), ["etcd1", "patroni1"]);
  });
});

describe("the host of a service", () => {
  for (const [service, host] of [
    ["patroni1", "data"],
    ["haproxy2", "edge2"],
    ["keepalived2", "edge2"],
  ] as const) {
    it(`is ${host} for ${service}`, () => {
      const { name, address } = hostOf(service, withAddress);
      assert.deepEqual({ name, address }, { name: host, address: hosts[host].address });
    });
  }

  it("is an error for a service that nobody has", () => {
    assert.throws(
      () => hostOf("keepalived1", settings),
      /^Error: keepalived1 is not a service of the cluster$/,
    );
    assert.throws(
      () => hostOf("patroni2", settings),
      /^Error: patroni2 is not a service of the cluster$/,
    );
  });
});

describe("the kind that a name stands for", () => {
  for (const [service, kind] of [
    ["patroni2", "patroni"],
    ["etcd10", "etcd"],
    ["haproxy", undefined],
    ["haproxy0", "haproxy"],
    ["r2d2", undefined],
  ] as const) {
    it(`is ${kind ?? "none"} for ${service}`, () => {
      assert.equal(kindMeant(service), kind);
    });
  }
});

describe("the plan of a cluster", () => {
  it("has every service, in the order in which they start, with its place", () => {
    assert.deepEqual(
      planOf(withAddress).map(({ name, host, address }) => `${name} ${host ?? ""} ${address}`),
      [
        `etcd1 data ${hosts.data.address}`,
        `patroni1 data ${hosts.data.address}`,
        `haproxy1 edge1 ${hosts.edge1.address}`,
        `haproxy2 edge2 ${hosts.edge2.address}`,
        `pgbouncer1 edge1 ${hosts.edge1.address}`,
        `pgbouncer2 edge2 ${hosts.edge2.address}`,
        `keepalived1 edge1 ${hosts.edge1.address}`,
        `keepalived2 edge2 ${hosts.edge2.address}`,
      ],
    );
  });

  it("has as many as the settings say, by their names where there are no hosts", () => {
    const plan = planOf(settingsOf({ etcd: { members: 5 }, postgres: { members: 4 } }));
    assert.equal(plan.length, 5 + 4 + 1 + 1);
    for (const { name, host, address } of plan)
      assert.deepEqual({ host, address }, { host: undefined, address: name });
  });

  it("is a plain value", () => {
    const plan = planOf(withAddress);
    assert.deepEqual(structuredClone(plan), plan);
  });
});

describe("ports on a host", () => {
  const portsAt = (name: string, of: Settings) =>
    portsOn(vmHostOf(name, of), of).map(({ service, ...port }) => ({
      ...port,
      service: service.name,
    }));

  it("are the fixed ones of etcd, PostgreSQL and Patroni", () => {
    assert.deepEqual(portsAt("data", settings), [
      { port: 2379, service: "etcd1" },
      { port: 2380, service: "etcd1" },
      { port: 5432, service: "patroni1" },
      { port: 8008, service: "patroni1" },
    ]);
  });

  it("are those of the settings for routers, each with its setting", () => {
    const own = vmSettingsOf({
      ...small,
      haproxy: {
        instances: 2,
        writePort: 2001,
        readPort: 2002,
        statsPort: 2003,
        restApiPort: 2004,
      },
      pgbouncer: { instances: 2, port: 2005 },
      keepalived: { virtualAddress: "10.0.1.100" },
    });
    assert.deepEqual(portsAt("edge2", own), [
      { port: 2001, setting: "haproxy.writePort", service: "haproxy2" },
      { port: 2002, setting: "haproxy.readPort", service: "haproxy2" },
      { port: 2003, setting: "haproxy.statsPort", service: "haproxy2" },
      { port: 2004, setting: "haproxy.restApiPort", service: "haproxy2" },
      { port: 2005, setting: "pgbouncer.port", service: "pgbouncer2" },
    ]);
  });
});
