import { nftTable, removeNftTable } from "../../configs/host/nftTable";
import { kindMeant } from "../../configs/cluster/plan";
import { ports } from "../../configs/cluster/ports";
import type { Direction } from "./faults";

/** The table with all partitions of a container or a host. */
const table = "hapg_drill";

/** One end of a partition. */
export interface End {
  service: string;
  address: string;
}

/**
 * Rules for nftables that drop packets between a service and others, identified by their ports: on
 * a host, traffic of others has the same addresses. With a share below 1, that part of the packets
 * is dropped at random.
 */
export function partitionRules(
  service: string,
  others: End[],
  direction: Direction,
  share = 1,
): string {
  const chance = share < 1 ? `numgen random mod 1000 < ${Math.round(share * 1000)} ` : "";
  const chain = (hook: "input" | "output") => {
    const [end, here, there] =
      hook === "input" ? ["saddr", "dport", "sport"] : ["daddr", "sport", "dport"];
    const rules = others.flatMap((other) => {
      const set = portsOf(other.service, service).join(", ");
      // Only its peers call it on the same ports: etcd's hosts also have members and an HAProxy.
      const isPeer = kindMeant(other.service) === kindMeant(service);
      return [there, ...(isPeer ? [here] : [])].map(
        (side) => `ip ${end} ${other.address} tcp ${side} { ${set} } ${chance}counter drop`,
      );
    });
    return [
      `  chain ${hook} {`,
      `    type filter hook ${hook} priority -300; policy accept;`,
      ...rules.map((rule) => `    ${rule}`),
      "  }",
    ];
  };
  return nftTable(table, [
    ...(direction === "out" ? [] : chain("input")),
    ...(direction === "in" ? [] : chain("output")),
  ]);
}

/** Removes all partitions of a container or a host, if there are any. */
export const healing = removeNftTable(table);

/** The ports of a service for another one. */
function portsOf(service: string, by: string): number[] {
  switch (kindMeant(service)) {
    case "etcd":
      return [kindMeant(by) === "etcd" ? ports.etcdPeer : ports.etcdClient];
    case "patroni":
      return [ports.postgres, ports.patroni];
    default:
      return [];
  }
}
