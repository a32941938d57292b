import type { DrillCluster } from "../cluster";
import type { Drill } from "../drill";
import type { Scenario } from "../scenario";

/** Synchronous replication without a standby to be synchronous with. */
export const synchronousScenarios: Scenario[] = [
  {
    id: "H11",
    title: "synchronous mode without a standby, then without its primary",
    obstacle: (cluster) =>
      isSynchronous(cluster, false) ? undefined : "needs patroni.synchronousMode, not strict",
    run: async (drill) => {
      const { leader } = drill.watch;
      const { standbys } = drill.watch;
      const [first = ""] = standbys;
      const returns = await loseAll(drill, standbys);
      await drill.writesAgain(drill.leaseSeconds + 15);
      // From here on the standbys lack what was acknowledged.
      await drill.settle(3);
      await drill.inject(`${leader}'s machine killed`, () => drill.faults.killMachine(leader));
      await returns.get(first)?.();
      drill.seen(`${first} is back`);
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

/** Kills machines; how to bring each of them back before the end. */
async function loseAll(drill: Drill, members: string[]): Promise<Map<string, () => Promise<void>>> {
  const returns = new Map<string, () => Promise<void>>();
  for (const member of members) {
    await drill.inject(`${member}'s machine killed`, async () => {
      const undo = await drill.faults.killMachine(member);
      let isBack = false;
      const once = async () => {
        if (!isBack) await undo();
        isBack = true;
      };
      returns.set(member, once);
      return once;
    });
  }
  return returns;
}
