import * as pulumi from "@pulumi/pulumi";
import {
  type ClientAddress,
  type ConnectionStrings,
  connectionStrings,
  memberStrings,
  type OperatorStrings,
} from "../configs/cluster/connectionStrings";
import { type DriverStrings, driverStrings } from "../configs/cluster/driverStrings";
import { databasesFor, presentRoles } from "../configs/access/model";
import { currentLogin, type Logins } from "../configs/access/logins";
import type { Settings } from "../configs/settings/schema";
import type { Endpoint, Topology } from "../configs/cluster/topology";
import type { Platform } from "../platforms/platform";

/** The addresses at which clients and operators reach the cluster. Nothing here is secret. */
export interface Endpoints {
  /** HAProxy, to the primary. */
  write: ClientAddress[];
  /** HAProxy, to the standbys. */
  read: ClientAddress[];
  /** PgBouncer. */
  pool: ClientAddress[];
  /** The members themselves, in order. */
  members: ClientAddress[];
  /** HAProxy's statistics page. It requires a login. */
  statsUrl: string;
  /** HAProxy's metrics for Prometheus, with the same login. */
  metricsUrl: string;
  /** Patroni's REST API: the leader's, or any member's while there is no leader. */
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
      .map((a) => `https://${a.host}:${a.port}${path}`)
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

/** Connection strings by role, and for each role by database. */
export type RoleConnections = Record<string, Record<string, ConnectionStrings>>;

/**
 * The connection strings of every role, for the databases in which it owns, reads or writes
 * something. A role that no database names gets the strings of all: it may be a member of
 * pg_read_all_data, for example.
 */
export function connectionsOf(
  settings: Settings,
  endpoints: Endpoints,
  logins: Record<string, pulumi.Output<Logins>>,
): pulumi.Output<RoleConnections> {
  const all = pulumi.output(logins).apply((known) =>
    presentRoles(settings).flatMap(({ name, rotation }) => {
      const own = known[name];
      if (own === undefined) return [];
      const { name: role, password } = currentLogin(own, rotation);
      const strings = databasesFor(settings, name).map((database) => [
        database,
        connectionStrings({ database, role, password, ...endpoints, tls: settings.tls }),
      ]);
      return [[name, Object.fromEntries(strings)]];
    }),
  );
  return pulumi.secret(all.apply((entries) => Object.fromEntries(entries) as RoleConnections));
}

/**
 * The connection strings of a system role, by database: the databases of the stack file and
 * `postgres`.
 */
export function operatorConnections(
  settings: Settings,
  endpoints: Endpoints,
  operator: { logins: pulumi.Output<Logins>; rotation: number },
): pulumi.Output<Record<string, OperatorStrings>> {
  const { logins, rotation } = operator;
  const all = logins.apply((known) => {
    const { name: role, password } = currentLogin(known, rotation);
    const strings = ["postgres", ...Object.keys(settings.databases)].map((database) => {
      const model = { database, role, password, ...endpoints, tls: settings.tls };
      return [database, { ...connectionStrings(model), members: memberStrings(model) }];
    });
    return Object.fromEntries(strings) as Record<string, OperatorStrings>;
  });
  return pulumi.secret(all);
}

/** The connection strings of every database, for the role that owns it. */
export const ownersConnections = (
  { databases }: Settings,
  byRole: pulumi.Output<RoleConnections>,
): pulumi.Output<Record<string, ConnectionStrings>> =>
  byRole.apply((all) =>
    Object.fromEntries(
      Object.entries(databases).flatMap(([database, { owner }]) => {
        const strings = all[owner]?.[database];
        return strings === undefined ? [] : [[database, strings]];
      }),
    ),
  );

/** The connection strings of every database for its owner, in the form of each family of drivers. */
export const driverConnections = (
  { databases, tls, roles }: Settings,
  endpoints: Endpoints,
  logins: Record<string, pulumi.Output<Logins>>,
): pulumi.Output<Record<string, DriverStrings>> =>
  pulumi.secret(
    pulumi.output(logins).apply((known) =>
      Object.fromEntries(
        Object.entries(databases).flatMap(([database, { owner }]) => {
          const own = known[owner];
          if (own === undefined) return [];
          const { name: role, password } = currentLogin(own, roles[owner]?.rotation ?? 0);
          return [[database, driverStrings({ database, role, password, ...endpoints, tls })]];
        }),
      ),
    ),
  );

/** One database's connection strings as separate outputs, to be read by name. */
export function databaseUrls(
  all: pulumi.Output<Record<string, ConnectionStrings>>,
  database: string,
) {
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
