import { statfsSync } from "node:fs";
import { planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import type { Engine } from "./engine";

/** Space for images, an initial database and WAL, in MiB. */
const leastFreeMegabytes = 4096;

/** What an Engine's machine has. */
export interface Machine {
  memoryMegabytes: number;
  /** Free space in the Engine's directory, in MiB; undefined on another machine. */
  freeMegabytes: number | undefined;
}

/** Asks the Engine; undefined if it does not say. */
export function machineOf(engine: Engine): Machine | undefined {
  const [memory = "", folder = ""] = engine
    .docker("info", "--format", "{{.MemTotal}}\t{{.DockerRootDir}}")
    .split("\t");
  const memoryMegabytes = Math.floor(Number(memory) / 1024 / 1024);
  if (!(memoryMegabytes > 0)) return undefined;
  return { memoryMegabytes, freeMegabytes: engine.isLocal ? freeIn(folder) : undefined };
}

/** Free space for a user that is not root, in MiB. The Engine may run in a virtual machine. */
function freeIn(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / 1024 / 1024);
  } catch {
    return undefined;
  }
}

/** Why a machine is too small for the cluster. */
export function shortages(settings: Settings, machine: Machine): string[] {
  const { memoryMegabytes, freeMegabytes = Infinity } = machine;
  const needed = planOf(settings).reduce((sum, one) => sum + one.memoryMegabytes, 0);
  return [
    ...(needed <= memoryMegabytes
      ? []
      : [
          `postgres.memoryMegabytes: the Engine's machine has ${memoryMegabytes} MiB of memory, ` +
            `and the services may take ${needed}; lower the memoryMegabytes of postgres or ` +
            "another service",
        ]),
    ...(freeMegabytes >= leastFreeMegabytes
      ? []
      : [
          `docker.host: the Engine's directory has ${freeMegabytes} MiB free, and a new cluster ` +
            `needs ${leastFreeMegabytes}; free space, such as with \`docker image prune\``,
        ]),
  ];
}
