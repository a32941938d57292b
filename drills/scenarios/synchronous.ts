import type { DrillCluster } from "../cluster";
import type { Drill } from "../drill";
import type { Undo } from "../faults/faults";
import type { Scenario } from "../scenario";

/** Synchronous replication without a synchronous standby. */
export const synchronousScenarios: Scenario[] = [
  {
    id: "H11-alone",
    title: "synchronous mode without a standby, then without its primary",
    obstacle: (cluster) =>
      isSynchronous(cluster, false) ? undefined : "needs patroni.synchronousMode, not strict",
    run: async (drill) => {
      const { leader, standbys } = drill.watch;
      const [first = ""] = standbys;
      const [bringBack] = await loseAll(drill, standbys);
      await drill.writesAgain(drill.leaseSeconds + 15);
      // From here on the standbys lack acknowledged writes.
      await drill.settle(3);
      await drill.inject(`${leader}'s machine killed`, () => drill.faults.killMachine(leader));
      await bringBack?.();
      await drill.holdsFor(
        drill.leaseSeconds + 15,
        `${first}, which lags, does not lead`,
        () => !drill.watch.writable.includes(first),
      );
    },
  },
  {
    id: "H11-strict",
    title: "strict synchronous mode without a standby",
    obstacle: (cluster) =>
      isSynchronous(cluster, true) ? undefined : "needs patroni.synchronousModeStrict",
    run: async (drill) => {
      await loseAll(drill, drill.watch.standbys);
      await drill.settle(2);
      const before = drill.load.acknowledged.length;
      await drill.holdsFor(
        drill.leaseSeconds + 5,
        "no write is acknowledged",
        () => drill.load.acknowledged.length === before,
      );
    },
  },
];

const isSynchronous = ({ settings }: DrillCluster, strict: boolean) =>
  settings.patroni.synchronousMode !== "off" && settings.patroni.synchronousModeStrict === strict;

/** Kills machines; returns functions that restore each of them, in the same order. */
async function loseAll(drill: Drill, members: string[]): Promise<Undo[]> {
  const returns: Undo[] = [];
  for (const member of members) {
    const lose = () => drill.faults.killMachine(member);
    returns.push(await drill.inject(`${member}'s machine killed`, lose));
  }
  return returns;
}
