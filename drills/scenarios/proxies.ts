import { namesByKind } from "../../configs/topology";
import type { Scenario } from "../scenario";

/** A router or a pool fails: clients reconnect. */
export const proxyScenarios: Scenario[] = [
  {
    id: "H13-haproxy",
    title: "an HAProxy killed",
    run: async (drill) => {
      const [haproxy = ""] = namesByKind(drill.cluster.settings).haproxies;
      await drill.strike(`SIGKILL to ${haproxy}`, () => drill.faults.killProcess(haproxy));
      await drill.writesAgain(30);
    },
  },
  {
    id: "H13-pgbouncer",
    title: "a PgBouncer killed",
    run: async (drill) => {
      const [pgbouncer = ""] = namesByKind(drill.cluster.settings).pgbouncers;
      await drill.strike(`SIGKILL to ${pgbouncer}`, () => drill.faults.killProcess(pgbouncer));
      await drill.writesAgain(30);
    },
  },
];
