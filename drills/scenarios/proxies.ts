import type { Kind } from "../../configs/cluster/catalogue";
import { namesOf } from "../../configs/cluster/plan";
import type { DrillCluster } from "../cluster";
import type { Scenario } from "../scenario";

/** A router or a pool fails: clients reconnect. */
export const proxyScenarios: Scenario[] = [
  killed("H13-haproxy", "an HAProxy killed", "haproxy"),
  killed("H13-pgbouncer", "a PgBouncer killed", "pgbouncer"),
];

function killed(id: string, title: string, kind: Kind): Scenario {
  return {
    id,
    title,
    run: async (drill) => {
      const names = namesOf(kind, drill.cluster.settings);
      const service = await firstOfClients(drill.cluster, names);
      await drill.strike(`SIGKILL to ${service}`, () => drill.faults.killProcess(service));
      await drill.writesAgain(30);
    },
  };
}

/**
 * The first one for clients: on the host that holds the virtual address.
 * @throws {Error} if there is such an address, and none of their hosts holds it
 */
async function firstOfClients({ settings, reach }: DrillCluster, names: string[]): Promise<string> {
  const { virtualAddress } = settings.keepalived;
  if (virtualAddress === undefined) return names[0] ?? "";
  for (const name of names) {
    const { output } = await reach.execute(name, [
      "ip",
      "-o",
      "addr",
      "show",
      "to",
      virtualAddress,
    ]);
    if (output !== "") return name;
  }
  throw new Error(`no host of ${names.join(", ")} holds ${virtualAddress}`);
}
