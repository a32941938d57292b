import { dropSlotOf, leftoverOf } from "../../operations/formerMember";
import { lookAtPart } from "../../operations/look/look";
import { until } from "../../operations/until";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { exitCode, Failure } from "../failure";

/**
 * `hapg remove`: drops what a member that was removed from the stack file has left in the cluster.
 */
export const remove = acting("remove", "drop the replication slot of a former member")
  .argument("<member>", "such as patroni4; it is no longer in the stack file")
  .addHelpText("after", examples("remove patroni4 --dry-run", "remove patroni4"))
  .action(async (name, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const leftover = leftoverOf(name, look, cluster.settings);
        return {
          plan: [
            `The replication slot ${name} is dropped on ${leftover.members.join(", ")}. It ` +
              `holds back ${leftover.held} of WAL.`,
            `A copy of ${name}'s data cannot stream again afterwards, unless the WAL that it ` +
              "needs is still there.",
          ],
          carryOut: async () => {
            await dropSlotOf(name, leftover, cluster.reach);
            if (options.wait) await untilDropped(name, cluster, options.timeout);
          },
          isVerified: false,
          done: `Nothing of ${name} is left.`,
        };
      }),
    );
  });

async function untilDropped(
  name: string,
  { settings, reach }: Cluster,
  seconds: number,
): Promise<void> {
  let left: string[] = [];
  const areDropped = async () => {
    const members = await lookAtPart("members", settings, reach);
    left = members
      .filter(({ facts }) => facts?.database.value?.slots.some((slot) => slot.name === name))
      .map((member) => member.name);
    return left.length === 0;
  };
  if (await until(seconds, areDropped, 500)) return;
  throw new Failure(
    `${left.join(", ")}: the slot ${name} is still there after ${seconds} s.`,
    exitCode.failed,
  );
}
