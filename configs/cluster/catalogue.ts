import type { Settings } from "../settings/schema";
import { paths } from "./paths";
import { ports } from "./ports";

/** The kinds of services, in the order in which they start. */
export const kinds = ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"] as const;

/** A kind of service. The name of a service is its kind and a number. */
export type Kind = (typeof kinds)[number];

/** A port that services of a kind listen on. */
export interface KindPort {
  port: number;
  /**
   * The setting for it; undefined for a fixed port, which only the cluster's own hosts may reach.
   */
  setting?: string;
}

/** The properties of a kind of service on every platform. */
export interface ServiceKind {
  /** The setting for their number; undefined if each is placed beside a service of another kind. */
  countedBy?: string;
  count: (settings: Settings) => number;
  /**
   * The kind whose services have one of these on the same host: the stack file does not place them.
   */
  beside?: Kind;
  ports: (settings: Settings) => KindPort[];
  /** Memory limit of each, in MiB. */
  memoryMegabytes: (settings: Settings) => number;
  /**
   * Most processes and threads of each: far above its normal use, and low enough to protect the
   * host from a fork loop.
   */
  maximumTasks: (settings: Settings) => number;
  /** Directory whose content outlives the service; undefined if there is none. */
  dataDirectory?: string;
}

/**
 * All kinds of services. Each platform has a table with its own facts and the same keys, so the
 * compiler lists what a new kind lacks.
 */
export const catalogue: Record<Kind, ServiceKind> = {
  etcd: {
    countedBy: "etcd.members",
    count: ({ etcd }) => etcd.members,
    ports: () => [{ port: ports.etcdClient }, { port: ports.etcdPeer }],
    memoryMegabytes: ({ etcd }) => etcd.memoryMegabytes,
    maximumTasks: () => 512,
    dataDirectory: paths.etcdData,
  },
  patroni: {
    countedBy: "postgres.members",
    count: ({ postgres }) => postgres.members,
    ports: () => [{ port: ports.postgres }, { port: ports.patroni }],
    memoryMegabytes: ({ postgres }) => postgres.memoryMegabytes,
    maximumTasks: memberTasks,
    dataDirectory: paths.postgresData,
  },
  haproxy: {
    countedBy: "haproxy.instances",
    count: ({ haproxy }) => haproxy.instances,
    ports: ({ haproxy }) => [
      { port: haproxy.writePort, setting: "haproxy.writePort" },
      { port: haproxy.readPort, setting: "haproxy.readPort" },
      { port: haproxy.statsPort, setting: "haproxy.statsPort" },
      { port: haproxy.restApiPort, setting: "haproxy.restApiPort" },
    ],
    memoryMegabytes: ({ haproxy }) => haproxy.memoryMegabytes,
    // One thread for each processor core, and as many again for each reload of the last minutes.
    maximumTasks: () => 2048,
  },
  pgbouncer: {
    countedBy: "pgbouncer.instances",
    count: ({ pgbouncer }) => pgbouncer.instances,
    ports: ({ pgbouncer }) => [{ port: pgbouncer.port, setting: "pgbouncer.port" }],
    memoryMegabytes: ({ pgbouncer }) => pgbouncer.memoryMegabytes,
    maximumTasks: () => 256,
  },
  keepalived: {
    beside: "haproxy",
    count: ({ haproxy, keepalived }) =>
      keepalived.virtualAddress === undefined ? 0 : haproxy.instances,
    ports: () => [],
    memoryMegabytes: ({ keepalived }) => keepalived.memoryMegabytes,
    maximumTasks: () => 256,
  },
};

/** Resource limits of the services of a kind. */
export const limitsOf = (
  kind: Kind,
  settings: Settings,
): { memoryMegabytes: number; maximumTasks: number } => ({
  memoryMegabytes: catalogue[kind].memoryMegabytes(settings),
  maximumTasks: catalogue[kind].maximumTasks(settings),
});

/** PostgreSQL parameters whose value is a number of processes. */
const processParameters = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "autovacuum_max_workers",
  "autovacuum_worker_slots",
];

/**
 * Includes Patroni, commands of the stack file, and twice the number of PostgreSQL processes that
 * its parameters allow.
 */
function memberTasks({ postgres }: Settings): number {
  const processes = processParameters
    .map((name) => Number(postgres.parameters[name] ?? 0))
    .filter(Number.isInteger)
    .reduce((sum, number) => sum + number, 0);
  return 2048 + 2 * processes;
}
