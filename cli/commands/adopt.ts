import { type Adoption, adoptionOf } from "../../operations/adopt";
import { expectedOutage } from "../../operations/outage/expected";
import { agreed } from "../agreed";
import { examples, onCluster, runOn, withReach } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { project, settingsInFile } from "../stackFile";
import { whatStopsUpdates } from "../stoppedUpdates";
import { print, progress } from "../terminal";

/**
 * `hapg adopt`: takes over a cluster of another stack, or one whose state is lost or in another
 * backend. Services stop and start again on their data, with new passwords and a new CA.
 */
export const adopt = onCluster(
  "adopt",
  "take over a cluster whose state is lost, or that another stack owned",
)
  .option("-y, --yes", "do not ask")
  .option("--dry-run", "show the plan, and change nothing")
  .addHelpText("after", examples("adopt --dry-run", "adopt"))
  .action(async ({ stack: name, configFile, yes, dryRun }) => {
    const settings = settingsInFile(name, configFile);
    const locked = whatStopsUpdates([name]);
    if (locked !== undefined) throw new Failure(`${locked} Nothing was changed.`, exitCode.refused);
    const words = configFile === undefined ? [] : ["--config-file", configFile];
    const stack = PulumiStack.existingOrMade(name);
    const { authorities, services } = stack.state();
    const owner = stack.owner(project);
    const taken = await withReach(settings, async (reach) => {
      const adoption = await adoptionOf(settings, { owner, authorities, services }, reach);
      if (typeof adoption === "string")
        throw new Failure(`${adoption} Run \`${runOn(name)("up")}\`.`, exitCode.refused);
      // The preview reports other obstacles to an update before anything stops.
      progress("Previewing the update that follows ...");
      stack.rehearse(words);
      planOf(adoption, settings.clusterName, owner).forEach(progress);
      if (dryRun === true) {
        progress("Dry run: nothing was changed.");
        return false;
      }
      if (yes !== true && !(await agreed(name)))
        throw new Failure("Nothing was changed. In a script, use --yes.", exitCode.refused);
      await adoption.carryOut(owner, (services) => progress(`Stopping ${services.join(", ")} ...`));
      return true;
    });
    if (!taken) return;
    progress(
      `The cluster belongs to this stack. If what follows fails, run \`${runOn(name)("up")}\` again.`,
    );
    stack.up(words);
    print(`${settings.clusterName} is adopted. Its passwords and its CA are new.`);
    progress(`Next: ${runOn(name)("status")}; ${runOn(name)("connect")}`);
  });

const planOf = ({ remains, steps }: Adoption, clusterName: string, owner: string): string[] => [
  `Take over the cluster ${clusterName}, which belonged to ${remains.owners.join(", ")}, for ${owner}.`,
  ...(remains.places.length === 0 ? [] : [`It has: ${remains.places.join(", ")}.`]),
  ...(remains.data.length === 0 ? [] : [`Data that is kept as it is: ${remains.data.join(", ")}.`]),
  ...steps.map((services, i) => `${i + 1}. Stop ${services.join(", ")}.`),
  `${steps.length + 1}. Run an update, which starts everything on its data with new passwords ` +
    "and a new CA.",
  expectedOutage("adoption"),
  "Afterwards clients need the new passwords and the new CA.",
];
