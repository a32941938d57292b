import { memoryParameters } from "../patroni/memory";
import type { Settings } from "../settings/schema";

/** Size of a huge page on amd64 and arm64, in MiB. */
const hugePageMegabytes = 2;

type Parameters = Record<string, string | number>;

/**
 * Kernel parameters of a host of etcd or of a member: what is gone is given up soon.
 *
 * - Whether a machine of the same network is still there is asked after eight seconds, not after 45, and three times within 0.75
 *   seconds, not within three (arp(7)). If it is not, a connection to it fails: when a lease has ended, the standbys ask its
 *   former holder first, and Patroni waits for that for two seconds.
 * - A connection whose other end acknowledges nothing breaks after 13 seconds, not after a quarter of an hour. etcd goes on to
 *   use its connections to other members when a partition is over (etcd-io/etcd#18052), and the longer that was, the longer the
 *   kernel waits until it sends again: a member that was cut off for 28 s took part again 25 s after the network was back, and
 *   one more fault in that time left etcd without a quorum. With this it takes part at once.
 *
 * @param isMember whether a member of PostgreSQL runs there
 */
export function renderSysctlConf(settings: Settings, { isMember }: { isMember: boolean }): string {
  const parameters: Parameters = {
    "net.ipv4.neigh.*.base_reachable_time_ms": 5000,
    "net.ipv4.neigh.*.delay_first_probe_time": 1,
    "net.ipv4.neigh.*.retrans_time_ms": 250,
    "net.ipv4.tcp_retries2": 5,
    ...(isMember ? memoryOfMember(settings) : {}),
    ...settings.vm.kernelParameters,
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

/**
 * PostgreSQL's documentation, "Managing Kernel Resources": memory is not promised twice, so the kernel kills nobody to
 * keep its word; and what is written goes to the disk in small portions instead of in one long stall at a checkpoint.
 */
const memoryOfMember = ({ vm, postgres }: Settings): Parameters => ({
  "vm.overcommit_memory": 2,
  "vm.overcommit_ratio": 90,
  "vm.swappiness": 1,
  "vm.dirty_background_bytes": 64 * 1024 * 1024,
  "vm.dirty_bytes": 512 * 1024 * 1024,
  ...(vm.hugePages ? { "vm.nr_hugepages": hugePages(postgres) } : {}),
});

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
