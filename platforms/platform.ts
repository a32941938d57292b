import type * as pulumi from "@pulumi/pulumi";
import type { DriftKind } from "../configs/access/driftSql";
import type { Kind, Limits } from "../configs/cluster/catalogue";
import type { Founding } from "../configs/patroni/founding";
import type { Trust } from "../configs/tls/trust";

/** The state from which an update starts: a cluster with a leader, kept data, or nothing. */
export interface Start {
  /**
   * There is data but no leader: members start at the same time, and the one with the newest data
   * leads.
   */
  isCold: boolean;
  /** No disk holds PostgreSQL data: one member may found the cluster. */
  foundsPostgres: boolean;
  /** No disk holds any data: one etcd member may found etcd's cluster. */
  foundsEtcd: boolean;
}

/** A file that a service reads. */
export interface ServiceFile {
  /** Absolute path inside the service, in its {@link Service.configDirectory}. */
  path: string;
  content: pulumi.Input<string>;
  /** Permission bits. @default 0o640, owned by the service's user */
  mode?: number;
  /**
   * How a change takes effect: `reload` writes the content into the running service and signals it;
   * `restart` rolls the service; `nothing` is for files that are read on demand.
   */
  onChange: "reload" | "restart" | "nothing";
}

/** A port that a service listens on. */
export interface ServicePort {
  port: number;
  /** Port for clients outside the cluster. Left out: reachable inside the cluster only. */
  published?: number;
}

/**
 * An empty file in a service's data directory that permits an action once. The service removes it
 * when it uses it.
 */
export interface Permission {
  /** The action, as a part of a resource's name. */
  name: string;
  path: string;
  /** Whether this update grants it. */
  isGiven: boolean;
}

/** One member of a cluster, as plain data. Components describe it; a platform runs it. */
export interface Service extends Limits {
  /**
   * Name inside the cluster, such as `patroni1`. It is unique and identifies the service in the
   * state.
   */
  name: string;
  kind: Kind;
  command: string[];
  /** Directory of {@link Service.files}. */
  configDirectory: string;
  files: ServiceFile[];
  /** Directory whose content outlives the service, even after `destroy`. */
  dataDirectory?: string;
  /** The service beside which this one runs, and whose data directory it reads. @default none */
  reads?: { service: string; dataDirectory: string };
  /** Permissions that an update grants before the service starts. */
  permissions?: Permission[];
  /** Directory for sockets and other runtime files, which exists before the program starts. */
  runtimeDirectory?: string;
  ports: ServicePort[];
  /**
   * Succeeds inside the service once it is ready for clients and other services. It exits with 3
   * and prints the reason if waiting cannot help.
   */
  readiness: {
    command: string[];
    timeoutSeconds: number;
    /** Time from one check of a running service to the next, in seconds. @default 10 */
    intervalSeconds?: number;
  };
  /**
   * Succeeds inside the service if it works together with all others. Readiness must not wait for
   * services that start later. @default the command of {@link Service.readiness}
   */
  proof?: string[];
  /** Runs inside the service before a restart, so that another service takes over first. */
  handOver?: string[];
  /** Signal that makes the main process reload its files. */
  reloadSignal?: "SIGHUP" | "SIGUSR2";
  /**
   * Succeeds inside the service once the running process uses the current files, ready or not. It
   * must succeed within the timeout of {@link Service.readiness} after each reload. @default no
   * such check
   */
  reloaded?: string[];
  /** Signal that asks the main process to stop cleanly. @default "SIGTERM" */
  stopSignal?: "SIGTERM" | "SIGINT" | "SIGUSR1";
  /** Time to stop cleanly before the service is killed, in seconds. */
  stopGraceSeconds: number;
  /** Whether the first process reaps orphaned processes. @default false */
  reapsOrphans?: boolean;
  /** Size of POSIX shared memory, in MiB. @default the platform's */
  sharedMemoryMegabytes?: number;
}

/** A command that runs inside a running service. */
export interface Execution {
  service: Pick<Service, "name" | "kind">;
  /** The command runs again when this or the standard input changes. Never holds a secret. */
  command: string[];
  stdin: pulumi.Input<string>;
  /**
   * Whether to skip the command if the service does not run, for example before its first start.
   * @default false
   */
  onlyIfRunning?: boolean;
  /** Why it must run again although no input changed. */
  difference?: string | undefined;
}

/** A command that runs inside a service after other resources are gone. */
export interface PreDeleteHook {
  service: Service;
  /** The command as it was before the change runs. Never holds a secret. */
  command: string[];
  /** Whether to leave the resource unchanged for now, except for the connection to the service. */
  isPostponed: boolean;
}

/** A command that runs inside the one of several running services that meets a condition. */
export interface SelectiveExecution extends Omit<Execution, "service"> {
  services: Pick<Service, "name" | "kind">[];
  /**
   * Succeeds inside that service. All are asked repeatedly, until all exit with 3, each with the
   * reason why it needs help to meet the condition. Never holds a secret.
   */
  condition: string[];
  /** The error message if no service meets the condition. */
  nobody: string;
  /** How long the services are asked, in seconds. */
  patienceSeconds: number;
  /**
   * Whether an exit status of {@link firstBlamed} or above prints the errors in the log of the
   * service with that index. @default false
   */
  blames?: boolean;
}

/** The exit status with which a command blames the first of several services for its failure. */
export const firstBlamed = 100;

/** A program that checks a service's files before anything is changed. */
export interface Trial {
  /** The service whose program, user and limits the trial uses. */
  service: Service;
  /**
   * Files of the trial, in the service's directory. It does not see those of the running service.
   */
  files: Pick<ServiceFile, "path" | "content" | "mode">[];
  /**
   * Prints the problem and fails. The data directory is empty, and there is no network. Never holds
   * a secret.
   */
  command: string[];
}

/** What the survey found about a running cluster. */
export interface RunningCluster {
  /** Name of the leader; undefined if there is none. */
  leader: string | undefined;
  /** Patroni's dynamic configuration. */
  dynamicConfig: Record<string, unknown>;
  /** The settings that the cluster was founded with. */
  founding: Founding | undefined;
  /** The CAs that its services may have by now. */
  trust: Trust[];
  /** Members that wait for a restart. */
  pendingRestart: string[];
  /** What differs from the last update in PostgreSQL; left out: nothing. */
  drift?: { kind: DriftKind; what: string }[];
}

/**
 * Where a cluster runs. This is the only boundary between the definition of a cluster and how its
 * services run: components never ask which platform they use.
 */
export interface Platform {
  /** The cluster's own hosts, as pg_hba.conf addresses. */
  readonly clusterNetworks: string[];
  /** Whether a service is unreachable for now and stays unchanged. */
  isAway(service: string): boolean;
  /** The running cluster; undefined if no member answers. */
  readonly running: RunningCluster | undefined;
  /** The state from which the update starts. */
  readonly start: Start;
  /**
   * What each reachable service runs after the update: versions of its program's packages on hosts,
   * on Docker the tag of its image, which is a digest of what the image is built from.
   */
  readonly versions: Record<string, Record<string, string>>;
  /** The CAs that existing services trust, as PEM: one text for each service that was read. */
  readonly authorities: string[];
  /** Sources of clients that log in to members directly, as pg_hba.conf addresses. */
  readonly clientNetworks: string[];
  /**
   * Whether the guard uses no kernel watchdog, uses one if it exists, or requires one of a leader.
   */
  readonly watchdog: "off" | "automatic" | "required";
  /**
   * Whether a member may tell the kernel to drop PostgreSQL's network traffic after its lease has
   * expired.
   */
  readonly hasFence: boolean;
  /**
   * Host names at which clients outside the cluster reach services of one kind: one for each
   * service, or fewer if an address serves several.
   */
  clientHostsOf(services: string[]): string[];
  /** Port under which clients outside the cluster reach a member directly. */
  memberPortOf(member: string): number;
  /**
   * The network interface that has a service's address.
   * @throws {Error} where services have no interface of their own
   */
  networkInterfaceOf(service: string): string;
  /**
   * Runs a service. The resource is created once the service is ready. If the service does not
   * become ready, the update fails with its name and its last log lines.
   */
  run(service: Service, opts: pulumi.ComponentResourceOptions): pulumi.Resource;
  /**
   * Fails the update at its end unless all services that the platform runs are ready, changed or
   * not.
   * @param last resource of the update
   */
  proveAtEnd(last: pulumi.CustomResource): void;
  /** Runs a trial where the service will run, now and whenever its files or its command change. */
  tryOut(name: string, trial: Trial, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /** Runs a command inside a service that is ready. */
  execute(
    name: string,
    execution: Execution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource;
  /**
   * Runs a command inside a service when the resource is removed: its command changes, or it is
   * destroyed. It runs after all dependents that the same update removes. Skipped if the service
   * does not run.
   */
  executeAtEnd(
    name: string,
    preDelete: PreDeleteHook,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
  /**
   * Runs a command inside the first of several services that meets a condition. Unreachable
   * services are left out.
   */
  executeWhere(
    name: string,
    execution: SelectiveExecution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
}
