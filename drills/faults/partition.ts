import { familyOf } from "../../configs/placement";
import { ports } from "../../configs/topology";
import type { Direction } from "./faults";

/** The table that all partitions of one place are in. */
export const partitionTable = "hapg_drill";

/** One end of what is parted. */
export interface End {
  service: string;
  address: string;
}

/**
 * Rules for nftables that lose packets between a service and others, told apart by their ports: on a host, others' traffic
 * has the same addresses. With a share below 1, that part of the packets is lost, by chance.
 */
export function partitionRules(
  service: string,
  others: End[],
  direction: Direction,
  share = 1,
): string {
  const chance = share < 1 ? `numgen random mod 1000 < ${Math.round(share * 1000)} ` : "";
  const own = portsOf(service, service);
  const chain = (hook: "input" | "output") => {
    const [end, here, there] =
      hook === "input" ? ["saddr", "dport", "sport"] : ["daddr", "sport", "dport"];
    const rules = others.flatMap((other) => [
      `ip ${end} ${other.address} tcp ${there} { ${portsOf(other.service, service).join(", ")} } ${chance}counter drop`,
      // Only its peers ask it something: etcd's hosts have members and an HAProxy, too.
      ...(familyOf(other.service) === familyOf(service)
        ? [`ip ${end} ${other.address} tcp ${here} { ${own.join(", ")} } ${chance}counter drop`]
        : []),
    ]);
    return [
      `  chain ${hook} {`,
      `    type filter hook ${hook} priority -300; policy accept;`,
      ...rules.map((rule) => `    ${rule}`),
      "  }",
    ];
  };
  return [
    `table inet ${partitionTable}`,
    `delete table inet ${partitionTable}`,
    `table inet ${partitionTable} {`,
    ...(direction === "out" ? [] : chain("input")),
    ...(direction === "in" ? [] : chain("output")),
    "}",
    "",
  ].join("\n");
}

/** Takes all partitions of a place back, if there are any. */
export const healing = `nft delete table inet ${partitionTable} 2>/dev/null || true`;

/** The ports that a service is reached on by another. */
function portsOf(service: string, by: string): number[] {
  switch (familyOf(service)) {
    case "etcd":
      return [familyOf(by) === "etcd" ? ports.etcdPeer : ports.etcdClient];
    case "patroni":
      return [ports.postgres, ports.patroni];
    default:
      return [];
  }
}
