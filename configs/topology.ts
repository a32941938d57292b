import type { Settings } from "./settings/schema";

/** A service's name and the address under which the cluster's other services reach it. */
export interface Endpoint {
  name: string;
  address: string;
}

/**
 * Who is there, by name and address. All of it is plain and known before any resource is made:
 * members must know each other, and a member whose input were another member's output would
 * make the engine delete the whole chain at once.
 */
export interface Topology {
  etcd: Endpoint[];
  members: Endpoint[];
  haproxies: Endpoint[];
  pgbouncers: Endpoint[];
  /** One beside each HAProxy, if there is a virtual address. */
  keepaliveds: Endpoint[];
}

/** Ports inside the cluster, the same on every platform. */
export const ports = { etcdClient: 2379, etcdPeer: 2380, postgres: 5432, patroni: 8008 } as const;

/** `patroni1`, `patroni2`, …: the names of a family's services. */
export function serviceNames(family: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${family}${i + 1}`);
}

/** The names of a cluster's services, by kind. */
export function namesByKind(settings: Settings): Record<keyof Topology, string[]> {
  const topology = topologyOf(settings, (name) => name);
  const names = (endpoints: Endpoint[]) => endpoints.map(({ name }) => name);
  return {
    etcd: names(topology.etcd),
    members: names(topology.members),
    haproxies: names(topology.haproxies),
    pgbouncers: names(topology.pgbouncers),
    keepaliveds: names(topology.keepaliveds),
  };
}

/** The cluster's endpoints; the platform says where a service of a given name is reached. */
export function topologyOf(settings: Settings, addressOf: (service: string) => string): Topology {
  const endpoints = (family: string, count: number) =>
    serviceNames(family, count).map((name) => ({ name, address: addressOf(name) }));
  const { etcd, postgres, haproxy, pgbouncer, keepalived } = settings;
  return {
    etcd: endpoints("etcd", etcd.members),
    members: endpoints("patroni", postgres.members),
    haproxies: endpoints("haproxy", haproxy.instances),
    pgbouncers: endpoints("pgbouncer", pgbouncer.instances),
    keepaliveds: endpoints(
      "keepalived",
      keepalived.virtualAddress === undefined ? 0 : haproxy.instances,
    ),
  };
}
