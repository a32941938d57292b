import type { Settings } from "../settings/schema";
import type { Kind } from "./catalogue";
import { planOf } from "./plan";

/** A service's name and the address under which the cluster's other services reach it. */
export interface Endpoint {
  name: string;
  address: string;
}

/**
 * Names and addresses of all services. They are plain and known before any resource is created:
 * members must know each other, and an output of one as input of another would make the engine
 * delete the whole chain at once.
 */
export interface Topology {
  etcd: Endpoint[];
  members: Endpoint[];
  haproxies: Endpoint[];
  pgbouncers: Endpoint[];
  /** One beside each HAProxy, if there is a virtual address. */
  keepaliveds: Endpoint[];
  /** One beside each member, if there are backups. */
  backups: Endpoint[];
  /** One, if there are backups. */
  repositories: Endpoint[];
  /** One beside each member, if there are exporters. */
  postgresExporters: Endpoint[];
  /** One beside each PgBouncer, if there are exporters. */
  pgbouncerExporters: Endpoint[];
  /** One on each host, if there are exporters. */
  nodeExporters: Endpoint[];
  /** One beside each HAProxy, if there are probes. */
  probes: Endpoint[];
}

/** The cluster's endpoints. */
export function topologyOf(settings: Settings): Topology {
  const plan = planOf(settings);
  const endpoints = (kind: Kind) =>
    plan.filter((one) => one.kind === kind).map(({ name, address }) => ({ name, address }));
  return {
    etcd: endpoints("etcd"),
    members: endpoints("patroni"),
    haproxies: endpoints("haproxy"),
    pgbouncers: endpoints("pgbouncer"),
    keepaliveds: endpoints("keepalived"),
    backups: endpoints("backup"),
    repositories: endpoints("repository"),
    postgresExporters: endpoints("postgresexporter"),
    pgbouncerExporters: endpoints("pgbouncerexporter"),
    nodeExporters: endpoints("nodeexporter"),
    probes: endpoints("probe"),
  };
}
