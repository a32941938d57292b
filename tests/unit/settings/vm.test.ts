import assert from "node:assert/strict";
import { parse } from "yaml";
import { parseSettings } from "../../../configs/settings/parse";
import { knownKeys } from "../../../configs/settings/schemaLookup";

/** Everything that a stack file can say about hosts. */
const stackFile = `
clusterName: shop
platform: vm
haproxy: { instances: 3 }
pgbouncer: { instances: 3 }
keepalived:
  virtualAddress: 10.20.0.100
  prefixLength: 24
  interface: bond0.20
  routerId: 77
  memoryMegabytes: 32
vm:
  ssh:
    user: deploy.user
    port: 2222
    privateKeyFile: ~/.ssh/cluster
    jumpHost:
      address: gate.example
      user: guest
      port: 22022
      hostKey: ecdsa-sha2-nistp256 AAAAE2VjZHNh comment
  hosts:
    db1:
      address: 10.20.0.1
      services: [etcd1, patroni1, haproxy1, pgbouncer1]
      zone: Frankfurt 1
      hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1
      sshAddress: db1.example
    db2:
      address: 10.20.0.2
      services: [etcd2, patroni2, haproxy2, pgbouncer2]
      zone: Frankfurt 2
      sshAddress: 192.0.2.2
    db3:
      address: 10.20.0.3
      services: [etcd3, patroni3, haproxy3, pgbouncer3]
      zone: Frankfurt 3
      away: true
  packageSource: postgresql
  postgresqlRepository: http://mirror.example/postgresql
  versions:
    patroni: 4.0.4-1
    postgresql-17: 17.6-1.pgdg13+1
    keepalived: 1:2.3.3-1~deb13u1
  clientNetworks: [192.168.7.0/24, 203.0.113.5/32]
  firewall: true
  journal: { maximumMegabytes: 2048, days: 30 }
  kernelParameters:
    vm.swappiness: 10
    net.ipv4.tcp_keepalive_time: 60
    net.ipv4.tcp_rmem: 4096 131072 6291456
  hugePages: true
  watchdog: required
`;

/** What another value says too: of a map only the keys that it has. */
function partAsIn(like: unknown, value: unknown): unknown {
  if (typeof like !== "object" || like === null || Array.isArray(like)) return value;
  const map = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(like).map(([key, inner]) => [key, partAsIn(inner, map[key])]),
  );
}

describe("a stack file for virtual machines", () => {
  const written = parse(stackFile) as Record<string, Record<string, unknown>>;

  it("may say all of this, and is read as it is written", () => {
    assert.deepEqual(partAsIn(written, parseSettings(written)), written);
  });

  it("could say nothing more about hosts, but for the private key itself", () => {
    const { ssh, hosts } = written.vm as Record<string, Record<string, object>>;
    const said = [written.keepalived, written.vm, ssh, ssh?.jumpHost, ...Object.values(hosts ?? {})]
      .flatMap((map) => Object.keys(map ?? {}))
      .sort();
    const known = [["keepalived"], ["vm"], ["vm", "ssh"], ["vm", "ssh", "jumpHost"]]
      .concat([["vm", "hosts", "db1"]])
      .flatMap(knownKeys);
    assert.deepEqual(
      known.filter((key) => !said.includes(key)),
      ["privateKey"],
    );
  });

  it("may leave out all but the hosts, of which none is away", () => {
    const hosts = Object.fromEntries(
      [1, 2, 3].map((i) => {
        const services = [
          `etcd${i}`,
          `patroni${i}`,
          ...(i === 1 ? ["haproxy1", "pgbouncer1"] : []),
        ];
        return [`db${i}`, { address: `10.0.0.${i}`, services }];
      }),
    );
    const { vm, keepalived } = parseSettings({
      clusterName: "shop",
      platform: "vm",
      vm: { hosts },
    });
    assert.deepEqual(vm.ssh, { user: "root", port: 22 });
    assert.deepEqual(vm.hosts.db1, { ...hosts.db1, away: false });
    assert.equal(keepalived.virtualAddress, undefined);
  });

  it("may have the private key itself, with its line breaks", () => {
    const privateKey = "-----BEGIN KEY-----\nb3Bl\n-----END KEY-----\n";
    const { vm } = parseSettings({ clusterName: "test", vm: { ssh: { privateKey } } });
    assert.equal(vm.ssh.privateKey, privateKey);
  });
});
