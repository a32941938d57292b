import { servicesOn, type VmHost, vmHosts } from "../../configs/cluster/placement";
import { parseSettings } from "../../configs/settings/parse";
import type { Settings, SettingsInput } from "../../configs/settings/schema";
import { type Endpoint, type Topology, topologyOf } from "../../configs/cluster/topology";
import type { HostFacts } from "../../platforms/vm/facts";

/** Settings of a small cluster, checked and with defaults. */
export const settingsOf = (input: Partial<SettingsInput> = {}): Settings =>
  parseSettings({ clusterName: "test", ...input });

/** The cluster's endpoints where names are addresses, as on Docker. */
export const namedTopology = topologyOf;

/** The cluster's endpoints where hosts are known by their addresses, as on VMs. */
export const addressedTopology = (settings: Settings): Topology => {
  const known = Object.entries(topologyOf(settings)) as [keyof Topology, Endpoint[]][];
  return Object.fromEntries(
    known.map(([kind, all]) => [
      kind,
      all.map(({ name }) => ({ name, address: `10.0.0.${name.replace(/\D/g, "")}` })),
    ]),
  ) as unknown as Topology;
};

/** Three hosts with one of everything on each, as a stack file has them. */
export const threeHosts: Record<string, { address: string; services: string[] }> =
  Object.fromEntries(
    [1, 2, 3].map((i) => [
      `db${i}`,
      {
        address: `10.0.0.${i}`,
        services: [`etcd${i}`, `patroni${i}`, `haproxy${i}`, `pgbouncer${i}`],
      },
    ]),
  );

/**
 * What a stack file says about a cluster on {@link threeHosts}; what is given goes over it, area by
 * area.
 */
export const vmInput = ({
  haproxy,
  pgbouncer,
  vm,
  ...others
}: Partial<SettingsInput> = {}): Partial<SettingsInput> => ({
  platform: "vm",
  haproxy: { instances: 3, ...haproxy },
  pgbouncer: { instances: 3, ...pgbouncer },
  vm: { hosts: threeHosts, ...vm },
  ...others,
});

/** Settings of a cluster on {@link threeHosts}, checked and with defaults. */
export const vmSettingsOf = (input: Partial<SettingsInput> = {}): Settings =>
  settingsOf(vmInput(input));

/** A host of a stack file. */
export function vmHostOf(name: string, settings: Settings): VmHost {
  const host = vmHosts(settings).find((one) => one.name === name);
  if (host === undefined) throw new Error(`no host is named ${name}`);
  return host;
}

/** What a look finds at a host that is new and fit for its services. */
export const healthyFacts = (host: VmHost, settings: Settings): HostFacts => ({
  skewMilliseconds: 12,
  distribution: "debian 13",
  memoryMegabytes: 4096,
  isContainer: false,
  isSynchronised: true,
  owner: undefined,
  listeners: [{ port: 22, unit: "ssh.service", program: "sshd" }],
  interfaces: { "127.0.0.1": "lo", [host.address]: "ens3" },
  freeMegabytes: { "/var/lib/postgresql": 20000, "/var/lib/etcd": 20000 },
  disks: [],
  data: [],
  packages: {
    "etcd-server": "3.5.16-4",
    patroni: "4.0.4-1",
    "postgresql-17": "17.6-0+deb13u1",
    haproxy: "3.0.11-1+deb13u1",
    pgbouncer: "1.24.1-1",
    keepalived: "1:2.3.3-1",
    pgbackrest: "2.55.1-1",
  },
  running: undefined,
  services: Object.fromEntries(
    ["host", ...servicesOn(host, settings).map(({ name }) => name)].map((service) => [
      service,
      { isActive: false, difference: "is not set up" },
    ]),
  ),
});

/** What a look finds at a host that is as a stack's program left it. */
export function settledFacts(host: VmHost, settings: Settings): HostFacts {
  const facts = healthyFacts(host, settings);
  const services = Object.keys(facts.services);
  return {
    ...facts,
    owner: { cluster: settings.clusterName, stack: testStack },
    services: Object.fromEntries(
      services.map((service) => [service, { isActive: service !== "host", difference: "" }]),
    ),
  };
}

/** The stack that clusters in tests belong to. */
export const testStack = "organization/hapg/test";
