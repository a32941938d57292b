import assert from "node:assert/strict";
import { startOrder, stopOrder } from "../../../operations/power";
import { settingsOf, vmSettingsOf } from "../../support/models";

describe("the order of a stop", () => {
  const settings = settingsOf({});

  it("ends with the primary and etcd", () => {
    assert.deepEqual(stopOrder(settings, "patroni2"), [
      ["pgbouncer1"],
      ["haproxy1"],
      ["patroni1", "patroni3"],
      ["patroni2"],
      ["etcd1", "etcd2", "etcd3"],
    ]);
  });

  it("has all members at once if none is the primary", () => {
    assert.deepEqual(stopOrder(settings, undefined)[2], ["patroni1", "patroni2", "patroni3"]);
  });

  it("has only the services that are named", () => {
    assert.deepEqual(stopOrder(settings, "patroni1", ["etcd2", "haproxy1"]), [
      ["haproxy1"],
      ["etcd2"],
    ]);
  });
});

describe("the order of a start", () => {
  it("has all members at once, after etcd", () => {
    assert.deepEqual(startOrder(settingsOf({})), [
      ["etcd1", "etcd2", "etcd3"],
      ["patroni1", "patroni2", "patroni3"],
      ["haproxy1"],
      ["pgbouncer1"],
    ]);
  });

  it("leaves out hosts that are away", () => {
    const settings = vmSettingsOf({});
    const [host] = Object.entries(settings.vm.hosts).find(([, { services }]) =>
      services.includes("etcd1"),
    ) ?? [""];
    Object.assign(settings.vm.hosts[host] ?? {}, { away: true });
    assert.ok(!startOrder(settings).flat().includes("etcd1"));
  });
});
