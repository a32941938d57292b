import type { Settings } from "../settings/schema";
import type { Kind } from "./catalogue";
import { namesOf } from "./plan";

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

/** The cluster's endpoints; the platform says where a service of a given name is reached. */
export function topologyOf(settings: Settings, addressOf: (service: string) => string): Topology {
  const endpoints = (kind: Kind) =>
    namesOf(kind, settings).map((name) => ({ name, address: addressOf(name) }));
  return {
    etcd: endpoints("etcd"),
    members: endpoints("patroni"),
    haproxies: endpoints("haproxy"),
    pgbouncers: endpoints("pgbouncer"),
    keepaliveds: endpoints("keepalived"),
  };
}
