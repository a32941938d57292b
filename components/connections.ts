import * as pulumi from "@pulumi/pulumi";
import {
  type ClientAddress,
  type ConnectionStrings,
  connectionStrings,
} from "../configs/connectionStrings";
import type { Settings } from "../configs/settings/schema";
import type { Endpoint, Topology } from "../configs/topology";
import type { Platform } from "../platforms/platform";

/** Where clients and operators reach the cluster; nothing secret. */
export interface Endpoints {
  /** HAProxy, to the primary. */
  write: ClientAddress[];
  /** HAProxy, to the standbys. */
  read: ClientAddress[];
  /** PgBouncer. */
  pool: ClientAddress[];
  /** The members themselves, in order. */
  members: ClientAddress[];
  /** HAProxy's page of who is up. */
  statsUrl: string;
  /** HAProxy's metrics for Prometheus. */
  metricsUrl: string;
  /** The leader's Patroni REST API. */
  restApiUrl: string;
}

/** The addresses that clients outside the cluster use. */
export function endpointsOf(
  { haproxy, pgbouncer }: Settings,
  topology: Topology,
  platform: Platform,
): Endpoints {
  const hosts = (services: Endpoint[]) => platform.clientHostsOf(services.map(({ name }) => name));
  const at = (services: Endpoint[], port: number): ClientAddress[] =>
    hosts(services).map((host) => ({ host, port }));
  const url = (port: number, path: string) =>
    at(topology.haproxies, port)
      .slice(0, 1)
      .map((a) => `http://${a.host}:${a.port}${path}`)
      .join();
  return {
    write: at(topology.haproxies, haproxy.writePort),
    read: at(topology.haproxies, haproxy.readPort),
    pool: at(topology.pgbouncers, pgbouncer.port),
    members: topology.members.flatMap(({ name }) =>
      platform.clientHostsOf([name]).map((host) => ({ host, port: platform.memberPortOf(name) })),
    ),
    statsUrl: url(haproxy.statsPort, "/stats"),
    metricsUrl: url(haproxy.statsPort, "/metrics"),
    restApiUrl: url(haproxy.restApiPort, ""),
  };
}

/** The connection strings of every database, for the role that owns it. */
export function connectionsOf(
  { databases }: Settings,
  endpoints: Endpoints,
  passwords: Record<string, pulumi.Output<string>>,
): pulumi.Output<Record<string, ConnectionStrings>> {
  const all = Object.entries(databases).map(([database, { owner: role }]) =>
    pulumi
      .output(passwords[role] ?? "")
      .apply(
        (password) =>
          [database, connectionStrings({ database, role, password, ...endpoints })] as const,
      ),
  );
  return pulumi.secret(pulumi.all(all).apply((entries) => Object.fromEntries(entries)));
}

/** One database's connection strings as outputs of their own, to be read by name. */
export function databaseUrls(
  all: pulumi.Output<Record<string, ConnectionStrings>>,
  database: string,
): Record<string, pulumi.Output<string>> {
  const url = (kind: keyof ConnectionStrings) =>
    all.apply((strings) => strings[database]?.[kind] ?? "");
  return {
    writeUrl: url("write"),
    readUrl: url("read"),
    pooledWriteUrl: url("pooledWrite"),
    pooledReadUrl: url("pooledRead"),
    multiHostUrl: url("libpq"),
    jdbcUrl: url("jdbc"),
  };
}
