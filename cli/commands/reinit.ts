import { isPrimary } from "../../operations/look/symptoms";
import { patronictl } from "../../operations/patronictl";
import { Refusal } from "../../operations/switchover/choice";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";

/** `hapg reinit`: replaces a standby's data with a new copy from the primary. */
export const reinit = acting("reinit", "replace a standby's data by a new copy of the primary's")
  .argument("<member>", "such as patroni2")
  .addHelpText("after", examples("reinit patroni2"))
  .action(async (name, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const { settings, reach } = cluster;
        const member = look.members.find((one) => one.name === name);
        if (member === undefined) throw new Refusal(`There is no member ${name}`);
        if (isPrimary(member))
          throw new Refusal(`${name} is the primary: its data is what the others copy`);
        if (!look.members.some(isPrimary)) throw new Refusal("There is no primary to copy from");
        return {
          plan: [
            `All data of ${name} is removed, and copied again from another member.`,
            `Until that is done, ${name} takes no reads and cannot take over.`,
          ],
          carryOut: () =>
            patronictl(
              ...([reach, look] as const),
              ...["reinit", "--force", "--wait", settings.clusterName, name],
            ),
          done: `${name} has a new copy.`,
        };
      }),
    );
  });
