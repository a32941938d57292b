import { patronictl } from "../../operations/patronictl";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";

/** `hapg reload`: makes Patroni and PostgreSQL reload their files. */
export const reload = acting("reload", "have Patroni and PostgreSQL read their configuration again")
  .argument("[member]", "such as patroni2; by default all members")
  .addHelpText("after", examples("reload", "reload patroni2"))
  .action(async (member, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const words = ["reload", "--force", cluster.settings.clusterName];
        return {
          plan: [`Patroni and PostgreSQL read their files again on ${member ?? "all members"}.`],
          carryOut: () =>
            patronictl(cluster.reach, look, ...words, ...(member === undefined ? [] : [member])),
          done: "Reloaded.",
        };
      }),
    );
  });
