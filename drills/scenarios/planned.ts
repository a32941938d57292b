import { switchOver } from "../../operations/switchover";
import { clusterMembers } from "../../operations/clusterView";
import type { Scenario } from "../scenario";
import { aims } from "./aims";

/** Planned changes: no client may lose a transaction. */
export const plannedScenarios: Scenario[] = [
  {
    id: "H15",
    title: "a planned switchover under load",
    aim: aims.switchover,
    run: async (drill) => {
      const { leader } = drill.watch;
      const { settings, outputs, reach } = drill.cluster;
      const failuresBefore = drill.load.writes.pgbouncer.failures.length;
      await drill.strike(`${leader} told to hand over`, async () => {
        const { to, pausedMilliseconds } = await switchOver({
          settings,
          members: () => clusterMembers(outputs),
          reach,
        });
        drill.seen(`${to} leads`);
        drill.expect("the pool is resumed", true, `paused for ${pausedMilliseconds} ms`);
      });
      await drill.writesAgain(15);
      const failed = drill.load.writes.pgbouncer.failures.length - failuresBefore;
      drill.expect("no transaction of the pool's clients fails", failed === 0, `${failed} failed`);
    },
  },
];
