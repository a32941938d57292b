import { startOrder, startServices } from "../../operations/power";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";
import { serviceOf } from "../member";

/** `hapg start`: starts what `hapg stop` has stopped. */
export const start = acting("start", "start what `hapg stop` has stopped, in the right order")
  .argument("[services...]", "such as keepalived1; by default all")
  .addHelpText("after", examples("start", "start pgbouncer1"))
  .action(async (names, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, () => {
        for (const name of names) serviceOf(name, cluster);
        const steps = startOrder(cluster.settings, names.length === 0 ? undefined : names);
        return {
          plan: [
            "Services start in this order; those that run continue:",
            ...steps.map((step, i) => `  ${i + 1}. ${step.join(", ")}`),
          ],
          carryOut: () => startServices(cluster.reach, steps),
          done: `Started ${names.length === 0 ? "the cluster" : names.join(", ")}.`,
        };
      }),
    );
  });
