import type * as docker from "@pulumi/docker";
import type { Service } from "../platform";

const mebibyte = 1024 * 1024;

/**
 * A directory in memory. Its content counts against the container's memory limit and is lost when
 * the container stops. Nothing in it can be executed. Docker reports these options as written here.
 */
const inMemory = (megabytes: number) => `rw,nosuid,nodev,noexec,size=${megabytes * mebibyte}`;

/**
 * The restrictions of a service's container. Its image sets a user that is never root. The
 * container has no capabilities and cannot gain any, and its file system is read-only except for
 * its data, a temporary directory and its sockets. Core dumps are off because they would contain
 * passwords.
 */
export function confinement({ runtimeDirectory, openFiles, cpus }: Service) {
  return {
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    readOnly: true,
    tmpfs: {
      "/tmp": inMemory(64),
      ...(runtimeDirectory === undefined ? {} : { [runtimeDirectory]: inMemory(1) }),
    },
    ...(cpus === undefined ? {} : { cpus: String(cpus) }),
    ulimits: [
      { name: "core", soft: 0, hard: 0 },
      // Newer Engines give 1024.
      { name: "nofile", soft: openFiles, hard: openFiles },
    ],
  } satisfies Partial<docker.ContainerArgs>;
}

/**
 * A service's command in a container. If a member's memory ends, the kernel kills a session rather
 * than the postmaster (PostgreSQL's documentation, "Linux Memory Overcommit"): without a capability
 * only the sessions' score can change, upwards.
 */
export const sparingPostmaster = ({ kind, command }: Service): string[] =>
  kind === "patroni"
    ? ["env", "PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj", "PG_OOM_ADJUST_VALUE=500", ...command]
    : command;
