import { bytes } from "../../operations/units";
import type { Settings } from "../../configs/settings/schema";
import { keptDataOf, takeoverOf } from "../../platforms/byPlatform";
import { agreed } from "../agreed";
import { examples, onStack, runOn } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { project } from "../stackFile";
import { confirmed, print, progress } from "../terminal";

/**
 * `hapg down`: removes the cluster and keeps its data. With `--data` it asks, and removes the data
 * too.
 */
export const down = onStack("down", "remove the cluster and keep its data")
  .option("--data", "remove the data too")
  .option("-y, --yes", "do not ask")
  .argument("[words...]", "options of `pulumi destroy`")
  .allowUnknownOption()
  .addHelpText("after", examples("down", "down --data"))
  .action(async (words, { stack: name, data: wantsRemoval, yes }) => {
    const stack = PulumiStack.open(name);
    const settings = stack.settings();
    if (settings.protect)
      throw new Failure(
        `The stack ${name} is protected; nothing was removed. Set hapg:protect to false and ` +
          `run \`up\` first.`,
        exitCode.refused,
      );
    await refuseUnlessKnown(stack, settings);
    const data = keptDataOf(settings, `${project}/${name}`);
    const kept = data.list();
    const places = kept.map(({ place, bytes: size }) => `  ${place}  ${bytes(size)}`);
    const removesData = wantsRemoval === true && kept.length > 0;
    progress(`The cluster ${settings.clusterName} of the stack ${name} will be removed.`);
    if (removesData) {
      progress(`All its data will be removed for good:\n${places.join("\n")}`);
      if (yes !== true && !(await agreed(name)))
        throw new Failure("Nothing was removed. In a script, use --yes.", exitCode.refused);
    } else {
      if (kept.length > 0) progress(`Its data will be kept:\n${places.join("\n")}`);
      await confirmed([], { yes });
    }
    stack.run("destroy", "--stack", name, "--yes", ...words);
    if (removesData) {
      data.remove();
      print("The data is removed.");
    } else if (kept.length > 0) {
      print("The data is kept. `npm run up` reuses it; `npm run down -- --data` removes it.");
    }
  });

/**
 * Without a state Pulumi would remove nothing, and the data of running services would be deleted.
 */
async function refuseUnlessKnown(stack: PulumiStack, settings: Settings): Promise<void> {
  if (stack.state().services.length > 0) return;
  const { running } = await takeoverOf(settings).look();
  if (running.length === 0) return;
  const commands = runOn(stack.name);
  throw new Failure(
    `${running.join(", ")} of ${settings.clusterName} run, and the stack's state has none of ` +
      "its services: it is lost, or in another backend. Log in there; or take the cluster over " +
      `by \`${commands("adopt")}\` ` +
      "and remove it then. Nothing was removed.",
    exitCode.refused,
  );
}
