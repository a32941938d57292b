import { memoryParameters } from "./memory";
import type { Settings } from "./settings/schema";

/** Size of a huge page on amd64 and arm64, in MiB. */
const hugePageMegabytes = 2;

/**
 * Kernel parameters of a member's host (PostgreSQL's documentation, "Managing Kernel Resources"): memory is
 * not promised twice, so the kernel kills nobody to keep its word; and what is written goes to the disk
 * in small portions instead of in one long stall at a checkpoint.
 */
export function renderSysctlConf({ vm, postgres }: Settings): string {
  const parameters: Record<string, string | number> = {
    "vm.overcommit_memory": 2,
    "vm.overcommit_ratio": 90,
    "vm.swappiness": 1,
    "vm.dirty_background_bytes": 64 * 1024 * 1024,
    "vm.dirty_bytes": 512 * 1024 * 1024,
    ...(vm.hugePages ? { "vm.nr_hugepages": hugePages(postgres) } : {}),
    ...vm.kernelParameters,
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

/** Shared buffers and what PostgreSQL shares beside them: about a twentieth, and some for connections. */
function hugePages({ memoryMegabytes, parameters }: Settings["postgres"]): number {
  const buffers = parameters.shared_buffers ?? memoryParameters(memoryMegabytes).shared_buffers;
  return Math.ceil((megabytes(buffers) * 1.05 + 64) / hugePageMegabytes);
}

/** A memory parameter of PostgreSQL in MiB; a number alone counts blocks of 8 KiB. */
export function megabytes(value: string | number | boolean): number {
  const [, number = "0", unit = ""] = /^([\d.]+)\s*([A-Za-z]*)$/.exec(String(value).trim()) ?? [];
  const units: Record<string, number> = {
    B: 2 ** -20,
    kB: 2 ** -10,
    MB: 1,
    GB: 2 ** 10,
    TB: 2 ** 20,
    "": 2 ** -7,
  };
  return Number(number) * (units[unit] ?? 0);
}
