import type { Kind } from "../../configs/cluster/catalogue";
import { paths } from "../../configs/cluster/paths";
import { serviceNamed } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";

/** How a program is installed on a Debian or Ubuntu host. */
export interface VmProgram {
  /** Its unit. Either one of a package, which a drop-in changes, or {@link ownUnit}. */
  unit: string;
  /** The description of a unit that no package has; left out: a package has it. */
  ownUnit?: string;
  /** Its user, which a package creates. */
  user: string;
  packages: string[];
  /** The package that must have a certain version, and the oldest one that works. */
  atLeast: { package: string; version: string };
  killMode: "control-group" | "process";
  oomScoreAdjust: number;
  /** Most open files of a process, if its service needs no more. */
  openFiles: number;
  environment?: Record<string, string>;
  /**
   * Links to files of the service outside of its directories: each with its target and its owner.
   */
  links?: { path: string; target: string; user: string }[];
  writablePaths: string[] | undefined;
  capabilities: string[];
  afterStop?: string;
  needsDevices: boolean;
  addressFamilies: string[];
}

const deleteFenceUnless = (file: string) =>
  `/bin/sh -c 'test -e ${file} || /usr/sbin/nft delete table inet hapg_fence'`;

/** An exporter, in the unit of its package. */
const exporter = (name: string) => ({
  unit: `${name}.service`,
  packages: [name, "curl"],
  killMode: "control-group" as const,
  // The OOM killer takes it before anything that clients need.
  oomScoreAdjust: 500,
  openFiles: 1024,
  writablePaths: [],
  capabilities: [],
  needsDevices: false,
  addressFamilies: [],
});

/** The programs for the settings. */
export function vmPrograms({ postgres }: Settings): Record<Kind, VmProgram> {
  const major = postgres.version;
  return {
    etcd: {
      unit: "etcd.service",
      user: "etcd",
      packages: ["etcd-server", "etcd-client", "curl"],
      atLeast: { package: "etcd-server", version: "3.4" },
      killMode: "control-group",
      // Without etcd there is no leader.
      oomScoreAdjust: -800,
      openFiles: 65536,
      writablePaths: [paths.etcdData],
      capabilities: [],
      needsDevices: false,
      addressFamilies: [],
    },
    patroni: {
      unit: "patroni.service",
      user: "postgres",
      packages: [
        "patroni",
        // Named explicitly: the client of another store satisfies Patroni's dependency too.
        "python3-etcd",
        `postgresql-${major}`,
        `postgresql-client-${major}`,
        "curl",
        "nftables",
        ...postgres.packages,
      ],
      atLeast: { package: "patroni", version: "3.2" },
      // PostgreSQL survives a killed Patroni, and the next Patroni finds it running.
      killMode: "process",
      oomScoreAdjust: -900,
      openFiles: 65536,
      // The OOM killer spares the postmaster but not its backends (PostgreSQL's documentation,
      // "Linux Memory Overcommit").
      environment: { PG_OOM_ADJUST_FILE: "/proc/self/oom_score_adj", PG_OOM_ADJUST_VALUE: "0" },
      // The default path of patronictl's configuration file.
      links: Object.entries({ root: "/root", postgres: paths.postgresData }).map(
        ([user, home]) => ({
          path: `${home}/.config/patroni/patronictl.yaml`,
          target: paths.patroniYml,
          user,
        }),
      ),
      // Tablespaces, archives and dumps may be anywhere.
      writablePaths: undefined,
      // For the guard's network fence. PostgreSQL does not get this capability.
      capabilities: ["CAP_NET_ADMIN"],
      // A killed guard leaves its fence. It must only affect this PostgreSQL, not another service
      // on that port.
      afterStop: deleteFenceUnless(`${paths.pgData(major)}/postmaster.pid`),
      // For the watchdog, whose kernel module may be loaded later.
      needsDevices: true,
      addressFamilies: [],
    },
    backup: {
      // The package's own unit waits for three seconds at each start, and nothing starts it.
      unit: "hapg-backup.service",
      ownUnit: "pgBackRest's server beside a PostgreSQL member",
      user: "postgres",
      packages: ["pgbackrest"],
      atLeast: { package: "pgbackrest", version: "2.54" },
      killMode: "control-group",
      // The OOM killer takes it before anything that clients need.
      oomScoreAdjust: 500,
      openFiles: 65536,
      writablePaths: [],
      capabilities: [],
      needsDevices: false,
      addressFamilies: [],
    },
    repository: {
      unit: "hapg-repository.service",
      ownUnit: "Backups and WAL of a PostgreSQL cluster",
      user: "postgres",
      // A rehearsal runs PostgreSQL with the members' extensions.
      packages: [
        ...["pgbackrest", "python3", `postgresql-${major}`, `postgresql-client-${major}`],
        ...postgres.packages,
      ],
      atLeast: { package: "pgbackrest", version: "2.54" },
      killMode: "control-group",
      oomScoreAdjust: 500,
      openFiles: 65536,
      writablePaths: [paths.repositoryData],
      capabilities: [],
      needsDevices: false,
      addressFamilies: [],
    },
    haproxy: {
      unit: "haproxy.service",
      user: "haproxy",
      packages: ["haproxy", "curl"],
      atLeast: { package: "haproxy", version: "2.4" },
      killMode: "control-group",
      oomScoreAdjust: -500,
      openFiles: 65536,
      writablePaths: [],
      capabilities: [],
      needsDevices: false,
      addressFamilies: [],
    },
    pgbouncer: {
      unit: "pgbouncer.service",
      user: "postgres",
      packages: ["pgbouncer", "postgresql-client"],
      atLeast: { package: "pgbouncer", version: "1.24" },
      killMode: "control-group",
      oomScoreAdjust: -500,
      openFiles: 65536,
      writablePaths: [paths.pgSocket],
      capabilities: [],
      needsDevices: false,
      addressFamilies: [],
    },
    keepalived: {
      unit: "keepalived.service",
      user: "root",
      packages: ["keepalived", "curl"],
      atLeast: { package: "keepalived", version: "2.2" },
      killMode: "control-group",
      oomScoreAdjust: -800,
      openFiles: 1024,
      writablePaths: ["/run"],
      // The kernel owns the address and the protocol, and the check runs as another user.
      capabilities: [
        ...["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BROADCAST"],
        ...["CAP_SETUID", "CAP_SETGID", "CAP_KILL"],
      ],
      needsDevices: false,
      // It announces the address itself, below the IP layer.
      addressFamilies: ["AF_PACKET"],
    },
    postgresexporter: {
      ...exporter("prometheus-postgres-exporter"),
      user: "prometheus",
      atLeast: { package: "prometheus-postgres-exporter", version: "0.15" },
    },
    pgbouncerexporter: {
      ...exporter("prometheus-pgbouncer-exporter"),
      // Its package makes no other user.
      user: "postgres",
      // Until Debian 12 a package of this name had another program, without an epoch.
      atLeast: { package: "prometheus-pgbouncer-exporter", version: "1:0.7" },
    },
    nodeexporter: {
      ...exporter("prometheus-node-exporter"),
      user: "prometheus",
      atLeast: { package: "prometheus-node-exporter", version: "1.6" },
      // It reports what it sees: file systems that it may not write to would appear read-only.
      writablePaths: undefined,
      needsDevices: true,
    },
    probe: {
      ...exporter("hapg-probe"),
      ownUnit: "Client that probes the endpoints of a PostgreSQL cluster",
      // HAProxy's host has it, and it may read nothing of PostgreSQL's.
      user: "haproxy",
      packages: ["python3", "python3-psycopg2", "curl"],
      atLeast: { package: "python3-psycopg2", version: "2.8" },
    },
  };
}

/**
 * How a service's program is installed on a host.
 * @throws {Error} if the cluster has no service of that name
 */
export const programOf = (service: string, settings: Settings): VmProgram =>
  vmPrograms(settings)[serviceNamed(service, settings).kind];
