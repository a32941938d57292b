import assert from "node:assert/strict";
import { conflicts } from "../../../../configs/cluster/neighbours";
import type { SettingsInput } from "../../../../configs/settings/schema";
import { settingsOf, threeHosts, vmSettingsOf } from "../../../support/models";

const others = { clusterName: "other" };
/** With no port that a cluster with defaults has. */
const otherPorts: Partial<SettingsInput> = {
  haproxy: { writePort: 6000, readPort: 6001, statsPort: 7001, restApiPort: 7002 },
  pgbouncer: { port: 6433 },
  docker: { memberPort: 6500 },
};

describe("what two clusters of one program take from each other", () => {
  const found = (input: Partial<SettingsInput>, other: Partial<SettingsInput> = {}) =>
    conflicts(settingsOf(input), settingsOf(other)).map(
      ({ path, message }) => `${path}: ${message}`,
    );

  it("is nothing with names and ports of their own", () => {
    assert.deepEqual(found({ ...others, ...otherPorts }), []);
  });

  it("is the name, on another Engine too", () => {
    const docker = { host: "ssh://elsewhere" };
    assert.deepEqual(found({ docker }), [
      "clusterName: another cluster of this program is named test; choose another name",
    ]);
  });

  it("is each port on the same Engine and address, by its setting", () => {
    const docker = { memberPort: 15434 };
    assert.deepEqual(found({ ...others, ...otherPorts, pgbouncer: {}, docker }), [
      "pgbouncer.port: the cluster test publishes port 6432 too; choose another",
      "docker.memberPort: the cluster test publishes port 15434 too; choose another",
    ]);
  });

  it("is each port where one of them listens on all addresses", () => {
    const everywhere = { docker: { publishAddress: "0.0.0.0", advertiseAddress: "pg.internal" } };
    const elsewhere = { docker: { publishAddress: "127.0.0.2" } };
    assert.equal(found({ ...others, ...everywhere }).length, 8);
    assert.equal(found({ ...others, ...elsewhere }, everywhere).length, 8);
  });

  it("is no port on another address or Engine", () => {
    assert.deepEqual(found({ ...others, docker: { publishAddress: "127.0.0.2" } }), []);
    assert.deepEqual(found({ ...others, docker: { host: "ssh://elsewhere" } }), []);
  });

  it("is a subnet that overlaps, on the same Engine", () => {
    const on = (subnet: string, host?: string) => ({ docker: { subnet, host } });
    const own = { memberPort: 6500, subnet: "10.5.1.0/24" };
    const one = { ...others, ...otherPorts, docker: own };
    for (const taken of ["10.5.0.0/16", "10.5.1.0/24", "10.5.1.128/25"]) {
      assert.deepEqual(found(one, on(taken)), [
        `docker.subnet: overlaps ${taken} of the cluster test; choose another`,
      ]);
    }
    assert.deepEqual(found(one, on("10.6.0.0/16")), []);
    assert.deepEqual(found(one, on("10.5.0.0/16", "ssh://elsewhere")), []);
  });

  describe("on hosts", () => {
    const elsewhere = Object.fromEntries(
      Object.entries(threeHosts).map(([name, { services }], i) => [
        name,
        { address: `10.0.1.${i + 1}`, services },
      ]),
    );
    const between = (virtualAddress: string, taken: string | undefined, jumpHost?: string) =>
      conflicts(
        vmSettingsOf({
          ...others,
          keepalived: { virtualAddress },
          vm: {
            hosts: elsewhere,
            ...(jumpHost === undefined ? {} : { ssh: { jumpHost: { address: jumpHost } } }),
          },
        }),
        vmSettingsOf(taken === undefined ? {} : { keepalived: { virtualAddress: taken } }),
      ).map(({ path, message }) => `${path}: ${message}`);

    it("is a virtual address that both move", () => {
      assert.deepEqual(between("10.0.0.100", "10.0.0.100"), [
        "keepalived.virtualAddress: is also the virtual address of the cluster test; choose another",
      ]);
      assert.deepEqual(between("10.0.0.101", "10.0.0.100"), []);
      assert.deepEqual(between("10.0.0.100", "10.0.0.100", "192.0.2.1"), []);
    });

    it("is a virtual address that is a host of the other", () => {
      assert.deepEqual(between("10.0.0.2", undefined), [
        "keepalived.virtualAddress: is also the address of the host db2 of the cluster test; choose another",
      ]);
      assert.deepEqual(between("10.0.0.100", "10.0.1.3"), [
        "vm.hosts.db3: 10.0.1.3 is also the virtual address of the cluster test; choose another",
      ]);
    });
  });

  it("is a host, by the address at which SSH reaches it", () => {
    const [db1 = { address: "", services: [] }, ...more] = Object.values(threeHosts);
    const [one, two] = more.map(({ services }, i) => ({ address: `10.0.1.${i}`, services }));
    assert.ok(one !== undefined && two !== undefined);
    const hosts = { a: { ...db1, sshAddress: "10.0.0.2" }, b: one, c: two };
    const other = vmSettingsOf({ ...others, vm: { hosts } });
    assert.deepEqual(conflicts(other, vmSettingsOf()), [
      {
        path: "vm.hosts.a",
        message: "10.0.0.1 is a host of the cluster test too; choose another",
      },
    ]);
  });

  it("is no host behind another jump host, and none on another platform", () => {
    const ssh = { jumpHost: { address: "192.0.2.1" } };
    assert.deepEqual(
      conflicts(vmSettingsOf({ ...others, vm: { ssh, hosts: threeHosts } }), vmSettingsOf()),
      [],
    );
    assert.deepEqual(conflicts(vmSettingsOf(others), settingsOf()), []);
  });
});
