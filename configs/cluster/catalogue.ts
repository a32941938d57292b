import type { Settings } from "../settings/schema";
import { paths } from "./paths";
import { ports } from "./ports";

/** The kinds of services, in the order in which they start. */
export const kinds = [
  "etcd",
  "repository",
  "backup",
  "patroni",
  "haproxy",
  "pgbouncer",
  "keepalived",
  "postgresexporter",
  "pgbouncerexporter",
  "nodeexporter",
  "probe",
] as const;

/**
 * A kind of service. The name of a service is its kind and a number; of a kind of which each host
 * has one, its kind and the name of the host.
 */
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
  /** Whether each host has one: the stack file does not place them. @default false */
  onEveryHost?: boolean;
  ports: (settings: Settings) => KindPort[];
  /** Memory limit of each, in MiB. */
  memoryMegabytes: (settings: Settings) => number;
  /**
   * Most processes and threads of each: far above its normal use, and low enough to protect the
   * host from a fork loop.
   */
  maximumTasks: (settings: Settings) => number;
  /** Processors of each, in fractions; undefined for no limit. */
  cpus?: (settings: Settings) => number | undefined;
  /** How many files a process must be able to open. */
  openFiles: (settings: Settings) => number;
  /** Whether it only shows metrics of others. @default false */
  isExporter?: boolean;
  /** Directory whose content outlives the service; undefined if there is none. */
  dataDirectory?: string;
}

/** Enough for all services with default settings. An Engine may not be able to give more. */
const leastOpenFiles = 8192;

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
    cpus: ({ etcd }) => etcd.cpus,
    maximumTasks: () => 512,
    openFiles: () => leastOpenFiles,
    dataDirectory: paths.etcdData,
  },
  patroni: {
    countedBy: "postgres.members",
    count: ({ postgres }) => postgres.members,
    ports: () => [{ port: ports.postgres }, { port: ports.patroni }],
    memoryMegabytes: ({ postgres }) => postgres.memoryMegabytes,
    cpus: ({ postgres }) => postgres.cpus,
    maximumTasks: memberTasks,
    openFiles: () => leastOpenFiles,
    dataDirectory: paths.postgresData,
  },
  // pgBackRest's server beside a member: it reads the member's files for a backup.
  backup: {
    beside: "patroni",
    count: ({ backup, postgres }) => (backup.enabled ? postgres.members : 0),
    ports: ({ backup }) => [{ port: backup.memberPort }],
    memoryMegabytes: ({ backup }) => backup.memoryMegabytes,
    cpus: ({ backup }) => backup.cpus,
    maximumTasks: () => 512,
    openFiles: () => leastOpenFiles,
  },
  repository: {
    countedBy: "backup.enabled",
    count: ({ backup }) => (backup.enabled ? 1 : 0),
    ports: ({ backup, monitoring }) => [
      { port: backup.port },
      ...(monitoring.exporters ? [{ port: monitoring.repositoryPort }] : []),
    ],
    memoryMegabytes: ({ backup }) => backup.memoryMegabytes,
    cpus: ({ backup }) => backup.cpus,
    maximumTasks: () => 512,
    openFiles: () => leastOpenFiles,
    dataDirectory: paths.repositoryData,
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
    cpus: ({ haproxy }) => haproxy.cpus,
    // One thread for each processor core, and as many again for each reload of the last minutes.
    maximumTasks: () => 2048,
    // Two for each connection, and those of checks.
    openFiles: ({ haproxy }) => Math.max(leastOpenFiles, 2 * haproxy.maxConnections + 1024),
  },
  pgbouncer: {
    countedBy: "pgbouncer.instances",
    count: ({ pgbouncer }) => pgbouncer.instances,
    ports: ({ pgbouncer }) => [{ port: pgbouncer.port, setting: "pgbouncer.port" }],
    memoryMegabytes: ({ pgbouncer }) => pgbouncer.memoryMegabytes,
    cpus: ({ pgbouncer }) => pgbouncer.cpus,
    maximumTasks: () => 256,
    // One for each client, and as many for servers.
    openFiles: ({ pgbouncer }) => Math.max(leastOpenFiles, 2 * pgbouncer.maxClientConnections),
  },
  keepalived: {
    beside: "haproxy",
    count: ({ haproxy, keepalived }) =>
      keepalived.virtualAddress === undefined ? 0 : haproxy.instances,
    ports: () => [],
    memoryMegabytes: ({ keepalived }) => keepalived.memoryMegabytes,
    maximumTasks: () => 256,
    openFiles: () => 1024,
  },
  postgresexporter: {
    ...exporter(({ monitoring }) => monitoring.postgresExporterPort),
    beside: "patroni",
    count: ({ monitoring, postgres }) => (monitoring.exporters ? postgres.members : 0),
  },
  pgbouncerexporter: {
    ...exporter(({ monitoring }) => monitoring.pgbouncerExporterPort),
    beside: "pgbouncer",
    count: ({ monitoring, pgbouncer }) => (monitoring.exporters ? pgbouncer.instances : 0),
  },
  nodeexporter: {
    ...exporter(({ monitoring }) => monitoring.nodeExporterPort),
    onEveryHost: true,
    count: ({ platform, monitoring, vm }) =>
      platform === "vm" && monitoring.exporters && monitoring.nodeExporter
        ? Object.keys(vm.hosts).length
        : 0,
  },
  // A client beside each HAProxy, which shows what clients see.
  probe: {
    ...exporter(({ monitoring }) => monitoring.probePort),
    beside: "haproxy",
    count: ({ monitoring, haproxy }) => (monitoring.probe ? haproxy.instances : 0),
  },
};

/** Resource limits of a service. */
export interface Limits {
  /** Memory limit, in MiB. */
  memoryMegabytes: number;
  /** Most processes and threads at the same time. */
  maximumTasks: number;
  /** How many files a process must be able to open. */
  openFiles: number;
  /** Processors, in fractions; left out: no limit. */
  cpus?: number;
}

/** Resource limits of the services of a kind. */
export function limitsOf(kind: Kind, settings: Settings): Limits {
  const { memoryMegabytes, maximumTasks, openFiles, cpus } = catalogue[kind];
  const processors = cpus?.(settings);
  return {
    memoryMegabytes: memoryMegabytes(settings),
    maximumTasks: maximumTasks(settings),
    openFiles: openFiles(settings),
    ...(processors === undefined ? {} : { cpus: processors }),
  };
}

/** The properties of an exporter. Only HAProxy reaches its port: it passes on the metrics. */
function exporter(port: (settings: Settings) => number) {
  return {
    isExporter: true,
    ports: (settings: Settings) => [{ port: port(settings) }],
    memoryMegabytes: ({ monitoring }: Settings) => monitoring.exporterMemoryMegabytes,
    maximumTasks: () => 256,
    openFiles: () => leastOpenFiles,
  };
}

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
