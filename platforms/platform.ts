import type * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../configs/cluster/catalogue";
import type { Founding } from "../configs/patroni/founding";
import type { Trust } from "../configs/tls/trust";
import type { Start } from "./start";

/** A file that a service reads. */
export interface ServiceFile {
  /** Absolute path inside the service, in its {@link Service.configDirectory}. */
  path: string;
  content: pulumi.Input<string>;
  /** Permission bits. @default 0o640, owned by the service's user */
  mode?: number;
  /**
   * What a change of the content asks for: `reload` writes it into the running service and
   * signals it; `restart` rolls the service; `nothing` is for what is read when it is needed.
   */
  onChange: "reload" | "restart" | "nothing";
}

/** A port that a service listens on. */
export interface ServicePort {
  port: number;
  /** Port under which clients outside the cluster reach it. Left out: inside the cluster only. */
  published?: number;
}

/** An empty file in a service's data directory that permits something once: the service removes it when it makes use of it. */
export interface Permission {
  /** What it permits, as a part of a resource's name. */
  name: string;
  path: string;
  /** Whether this update gives it. */
  isGiven: boolean;
}

/** One member of a cluster, as plain data. Components write it; a platform brings it to run. */
export interface Service {
  /** Name inside the cluster, such as `patroni1`. Unique, and its state's identity. */
  name: string;
  kind: Kind;
  command: string[];
  /** Directory of {@link Service.files}. */
  configDirectory: string;
  files: ServiceFile[];
  /** Directory whose content outlives the service, and `destroy` too. */
  dataDirectory?: string;
  /** Permissions that an update gives the service before it starts. */
  permissions?: Permission[];
  /** Directory of sockets and the like, which a program finds there when it starts. */
  runtimeDirectory?: string;
  ports: ServicePort[];
  /**
   * Succeeds inside the service once it does its work: clients and other services may use it. It ends with 3, and says
   * why, where nothing will come of waiting.
   */
  readiness: { command: string[]; timeoutSeconds: number };
  /**
   * Succeeds inside the service if it does its work together with all others. Readiness must not wait for those that start
   * later. @default the command of {@link Service.readiness}
   */
  proof?: string[];
  /** Runs inside the service before it is stopped to be started anew, so that another takes over first. */
  handOver?: string[];
  /** Signal that makes the main process read its files again. */
  reloadSignal?: "SIGHUP" | "SIGUSR2";
  /**
   * Succeeds inside the service once what runs there works with the files as they are, whether it is ready or not.
   * Has to within the time of {@link Service.readiness} after each reload. @default no such proof
   */
  reloaded?: string[];
  /** Signal that asks the main process to stop cleanly. @default "SIGTERM" */
  stopSignal?: "SIGTERM" | "SIGINT" | "SIGUSR1";
  /** Time to stop cleanly before the service is killed, in seconds. */
  stopGraceSeconds: number;
  /** Whether the first process takes note of the end of those that have lost their parent. @default false */
  reapsOrphans?: boolean;
  /** Memory limit, in MiB. */
  memoryMegabytes: number;
  /** Most processes and threads that it may have at the same time. */
  maximumTasks: number;
  /** Size of POSIX shared memory, in MiB. @default the platform's */
  sharedMemoryMegabytes?: number;
}

/** A command that runs inside a running service. */
export interface Execution {
  service: Pick<Service, "name" | "kind">;
  /** Runs again when this or the standard input changes. Never holds a secret. */
  command: string[];
  stdin: pulumi.Input<string>;
  /** Passed over if the service does not run: before its first start, say. @default false */
  onlyIfRunning?: boolean;
  /** Why it has to run again although nothing was changed here. */
  difference?: string | undefined;
}

/** A command that runs inside a service once others are gone. */
export interface Farewell {
  service: Service;
  /** The command as it was before the change runs. Never holds a secret. */
  command: string[];
  /** Leaves the resource as it is for now, but for the way to the service. */
  isPostponed: boolean;
}

/** A command that runs inside whichever of several running services is the one for it. */
export interface SelectiveExecution extends Omit<Execution, "service"> {
  services: Pick<Service, "name" | "kind">[];
  /**
   * Succeeds inside that service. All are asked again and again, unless all end with 3: each has said then why it will
   * not be the one without help. Never holds a secret.
   */
  condition: string[];
  /** What to say if none of them is the one. */
  nobody: string;
  /** How long all of them are asked, in seconds. */
  patienceSeconds: number;
  /**
   * Whether an exit status from {@link firstBlamed} on shows the errors in the log of the service
   * with that index. @default false
   */
  blames?: boolean;
}

/** Exit status of a command that blames the first of several services for its failure. */
export const firstBlamed = 100;

/** A program that judges a service's files before anything is changed. */
export interface Trial {
  /** Whose program, user and limits it has. */
  service: Service;
  /** Files that it finds at their paths, in the service's directory. The running service's own are out of its sight. */
  files: Pick<ServiceFile, "path" | "content" | "mode">[];
  /** Prints what is wrong and fails. The data directory is an empty one, and there is no network. Never holds a secret. */
  command: string[];
}

/** What a look at a running cluster has found. */
export interface RunningCluster {
  /** Name of the member that leads; undefined if none does. */
  leader: string | undefined;
  /** Patroni's dynamic configuration. */
  dynamicConfig: Record<string, unknown>;
  /** What the cluster was founded with. */
  founding: Founding | undefined;
  /** Which CAs its services may have by now. */
  trust: Trust[];
  /** Members that wait for a restart. */
  pendingRestart: string[];
}

/**
 * Where a cluster runs. The one seam between what a cluster is and how its services come to run:
 * components never ask which platform they are on.
 */
export interface Platform {
  /** The cluster's own hosts, as pg_hba.conf addresses. */
  readonly clusterNetworks: string[];
  /** Whether a service is out of reach for now, and left as it is. */
  isAway(service: string): boolean;
  /** What runs there already; undefined if no member answers. */
  readonly running: RunningCluster | undefined;
  /** From where the update begins. */
  readonly start: Start;
  /** The CAs that services which are there trust, as PEM: one text for each look at a service. */
  readonly authorities: string[];
  /** Where clients that log in to members directly come from, as pg_hba.conf addresses. */
  readonly clientNetworks: string[];
  /** The guard uses no kernel watchdog, one if there is one, or nobody leads without one. */
  readonly watchdog: "off" | "automatic" | "required";
  /** Whether a member may tell the kernel to end what PostgreSQL says over the network, once its time is over. */
  readonly hasFence: boolean;
  /**
   * Host names that clients outside the cluster use for services of one kind: one for each, or
   * fewer where an address stands for several.
   */
  clientHostsOf(services: string[]): string[];
  /** Port under which clients outside the cluster reach a member directly. */
  memberPortOf(member: string): number;
  /**
   * The network interface that holds a service's address.
   * @throws {Error} where services have no interface of their own
   */
  networkInterfaceOf(service: string): string;
  /**
   * Brings a service to run. The resource is there once the service is ready; if it does not
   * become ready the update fails with its name and its last log lines.
   */
  run(service: Service, opts: pulumi.ComponentResourceOptions): pulumi.Resource;
  /**
   * Fails the update at its end unless all services are ready that it brought to run, whether it changed them or not.
   * @param last resource of the update
   */
  proveAtEnd(last: pulumi.CustomResource): void;
  /** Runs a trial where the service is to run, now and whenever its files or its command change. */
  tryOut(name: string, trial: Trial, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /** Runs a command inside a service that is ready. */
  execute(
    name: string,
    execution: Execution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource;
  /**
   * Runs a command inside a service when the resource goes: its command changes, or it is destroyed. By then all
   * that depends on it and goes in the same update is gone. Passed over if the service does not run.
   */
  executeAtEnd(
    name: string,
    farewell: Farewell,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
  /** Runs a command inside the first of several services that meets a condition. Those out of reach are left out. */
  executeWhere(
    name: string,
    execution: SelectiveExecution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
}
