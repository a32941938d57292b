import assert from "node:assert/strict";
import { familyOf, hostOf, portsOn, servicesOn, servicesToPlace } from "../../../configs/placement";
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
    assert.deepEqual(servicesOn(vmHostOf("edge2", settings), settings), ["pgbouncer2", "haproxy2"]);
  });

  it("have a Keepalived beside each HAProxy, of the same number, where there is a virtual address", () => {
    const on = (name: string) => servicesOn(vmHostOf(name, withAddress), withAddress);
    assert.deepEqual(on("edge1"), ["haproxy1", "keepalived1", "pgbouncer1"]);
    assert.deepEqual(on("edge2"), ["pgbouncer2", "haproxy2", "keepalived2"]);
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
    assert.throws(() => hostOf("keepalived1", settings), /^Error: no host runs keepalived1$/);
    assert.throws(() => hostOf("patroni2", settings), /^Error: no host runs patroni2$/);
  });
});

describe("the kind of a service", () => {
  for (const [service, family] of [
    ["patroni2", "patroni"],
    ["etcd10", "etcd"],
    ["haproxy", "haproxy"],
    ["r2d2", "r2d"],
  ] as const) {
    it(`is ${family} for ${service}`, () => {
      assert.equal(familyOf(service), family);
    });
  }
});

describe("services that the stack file has to place", () => {
  it("are all of a cluster but Keepalived, which is where HAProxy is", () => {
    assert.deepEqual(servicesToPlace(withAddress), [
      "etcd1",
      "patroni1",
      ...["haproxy1", "haproxy2"],
      ...["pgbouncer1", "pgbouncer2"],
    ]);
  });

  it("are as many as the settings say", () => {
    const { length } = servicesToPlace(
      settingsOf({ etcd: { members: 5 }, postgres: { members: 4 } }),
    );
    assert.equal(length, 5 + 4 + 1 + 1);
  });
});

describe("ports on a host", () => {
  it("are the fixed ones of etcd, PostgreSQL and Patroni", () => {
    assert.deepEqual(portsOn(vmHostOf("data", settings), settings), [
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
    assert.deepEqual(portsOn(vmHostOf("edge2", own), own), [
      { port: 2005, setting: "pgbouncer.port", service: "pgbouncer2" },
      { port: 2001, setting: "haproxy.writePort", service: "haproxy2" },
      { port: 2002, setting: "haproxy.readPort", service: "haproxy2" },
      { port: 2003, setting: "haproxy.statsPort", service: "haproxy2" },
      { port: 2004, setting: "haproxy.restApiPort", service: "haproxy2" },
    ]);
  });
});
