import type { Settings } from "../settings/schema";
import { paths } from "./paths";
import { ports } from "./ports";

/** The kinds of services, in the order in which they start. */
export const kinds = ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"] as const;

/** A kind of service. Its services have its name and a number. */
export type Kind = (typeof kinds)[number];

/** A port that services of a kind listen on. */
export interface KindPort {
  port: number;
  /** The setting that chooses it; undefined for a fixed one, on which only the cluster's own hosts may speak to the service. */
  setting?: string;
}

/** What is true of a kind of service on every platform. */
export interface ServiceKind {
  /** The setting that says how many there are; undefined where each stands beside a service of another kind. */
  countedBy?: string;
  count: (settings: Settings) => number;
  /** The kind beside whose services these stand: the stack file does not place them. */
  beside?: Kind;
  ports: (settings: Settings) => KindPort[];
  /** Memory limit of each, in MiB. */
  memoryMegabytes: (settings: Settings) => number;
  /**
   * Most processes and threads that each may have: far more than it ever has, and far too few to keep a machine from making
   * others.
   */
  maximumTasks: (settings: Settings) => number;
  /** Directory whose content outlives the service; undefined if it keeps nothing. */
  dataDirectory?: string;
}

/**
 * Every kind of service, once. What a platform has to know of it besides is in a table of the platform's own, with the same
 * keys: the compiler lists what a new kind lacks.
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
    // A thread a processor core, and for each reload of the last minutes as many again.
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

/** What each service of a kind may take. */
export const limitsOf = (
  kind: Kind,
  settings: Settings,
): { memoryMegabytes: number; maximumTasks: number } => ({
  memoryMegabytes: catalogue[kind].memoryMegabytes(settings),
  maximumTasks: catalogue[kind].maximumTasks(settings),
});

/** PostgreSQL parameters that each stand for so many processes. */
const processParameters = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "autovacuum_max_workers",
  "autovacuum_worker_slots",
];

/**
 * Room for Patroni, for what the stack file's own commands start, and for twice as many of PostgreSQL's processes as its
 * parameters allow.
 */
function memberTasks({ postgres }: Settings): number {
  const processes = processParameters
    .map((name) => Number(postgres.parameters[name] ?? 0))
    .filter(Number.isInteger)
    .reduce((sum, number) => sum + number, 0);
  return 2048 + 2 * processes;
}
