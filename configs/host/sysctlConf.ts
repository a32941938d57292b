import { memoryParameters } from "../patroni/memory";
import type { Settings } from "../settings/schema";

/** Size of a huge page on amd64 and arm64, in MiB. */
const hugePageMegabytes = 2;

type Parameters = Record<string, string | number>;

/**
 * Kernel parameters of a host with etcd or a PostgreSQL member, for a fast detection of dead peers.
 *
 * - The kernel checks a neighbour on the same network after eight seconds instead of 45, and three
 *   times within 0.75 seconds instead of three (arp(7)). If the neighbour is gone, connections to
 *   it fail. This matters after a lease has expired: standbys ask the former leader first, and
 *   Patroni waits two seconds for it.
 * - A connection whose peer acknowledges nothing breaks after 13 seconds instead of a quarter of an
 *   hour. etcd keeps using its connections to other members after a partition (etcd-io/etcd#18052),
 *   and the kernel's retransmission interval grows with its duration: a member that was
 *   network-isolated for 28 s took part again 25 s after the network was back, and one more fault
 *   in that time cost etcd its quorum. With this setting it takes part immediately.
 *
 * @param isMember whether a PostgreSQL member runs there
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
 * PostgreSQL's documentation, "Managing Kernel Resources": without overcommit the OOM killer has
 * nothing to do, and dirty pages are written in small portions instead of one long stall at a
 * checkpoint.
 */
const memoryOfMember = ({ vm, postgres }: Settings): Parameters => ({
  "vm.overcommit_memory": 2,
  "vm.overcommit_ratio": 90,
  "vm.swappiness": 1,
  "vm.dirty_background_bytes": 64 * 1024 * 1024,
  "vm.dirty_bytes": 512 * 1024 * 1024,
  ...(vm.hugePages ? { "vm.nr_hugepages": hugePages(postgres) } : {}),
});

/**
 * Shared buffers and PostgreSQL's other shared memory: about a twentieth, and some for connections.
 */
function hugePages({ memoryMegabytes, parameters }: Settings["postgres"]): number {
  const buffers = parameters.shared_buffers ?? memoryParameters(memoryMegabytes).shared_buffers;
  return Math.ceil((megabytes(buffers) * 1.05 + 64) / hugePageMegabytes);
}

/** A memory parameter of PostgreSQL in MiB; a number without a unit counts blocks of 8 KiB. */
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
