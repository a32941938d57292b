import type * as docker from "@pulumi/docker";
import type { Service } from "../platform";

const mebibyte = 1024 * 1024;

/**
 * A folder in memory: what is written there counts against the container's memory limit and is gone when
 * it stops. Nothing in it can be executed. Docker reports the words as they are written here.
 */
const inMemory = (megabytes: number) => `rw,nosuid,nodev,noexec,size=${megabytes * mebibyte}`;

/**
 * What a service's container may not do. Its image says as which user it runs, never root; here it loses
 * every capability and every way to another one, and all of its file system but its data, a temporary
 * folder and its sockets is read-only. A core dump would hold passwords.
 */
export function confinement({ runtimeDirectory }: Service) {
  return {
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    readOnly: true,
    tmpfs: {
      "/tmp": inMemory(64),
      ...(runtimeDirectory === undefined ? {} : { [runtimeDirectory]: inMemory(1) }),
    },
    ulimits: [{ name: "core", soft: 0, hard: 0 }],
  } satisfies Partial<docker.ContainerArgs>;
}
