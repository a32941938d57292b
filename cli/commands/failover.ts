import { isPrimary } from "../../operations/look/symptoms";
import { patronictl } from "../../operations/patronictl";
import { Refusal } from "../../operations/switchover/choice";
import { bytes } from "../../operations/units";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";

/** `hapg failover`: promotes a member while there is no healthy primary. */
export const failover = acting("failover", "make a member the primary when there is none")
  .requiredOption("--to <member>", "the new primary")
  .addHelpText("after", examples("failover --to patroni2"))
  .action(async (options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const { settings, reach, run } = cluster;
        const primary = look.members.find(isPrimary);
        if (primary !== undefined)
          throw new Refusal(
            `${primary.name} is a healthy primary. Use \`${run("switchover", "--to", options.to)}\``,
          );
        const member = look.members.find(({ name }) => name === options.to);
        if (member?.facts?.patroni.value === undefined)
          throw new Refusal(`Patroni does not answer on ${options.to}`);
        const lag = look.members
          .flatMap(({ facts }) => facts?.cluster.value?.members ?? [])
          .find(({ name }) => name === options.to)?.lag;
        return {
          plan: [
            `${options.to} becomes the primary.`,
            typeof lag === "number"
              ? `Transactions that it has not received are lost: its known lag is ${bytes(lag)}.`
              : "Transactions that it has not received are lost. Its lag is not known.",
          ],
          carryOut: () =>
            patronictl(
              ...([reach, look] as const),
              ...["failover", "--force", "--candidate", options.to, settings.clusterName],
            ),
          done: `${options.to} is the primary.`,
        };
      }),
    );
  });
