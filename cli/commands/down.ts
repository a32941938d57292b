import { keptData } from "../../platforms/keptData";
import { agreed } from "../agreed";
import { examples, onStack } from "../command";
import { exitCode, Failure } from "../failure";
import { PulumiStack } from "../pulumiStack";
import { project } from "../stackFile";
import { print } from "../terminal";

/** `hapg down`: removes the cluster and keeps its data; with `--data` removes the data too, after asking. */
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
        `The stack ${name} is protected; nothing was removed. Set hapg:protect to false and run \`up\` first.`,
        exitCode.refused,
      );
    const data = keptData(settings, `${project}/${name}`);
    const places = data.list();
    const removesData = wantsRemoval === true && places.length > 0;
    if (removesData && yes !== true) {
      print(`All data of stack ${name} will be removed for good: ${places.join(", ")}.`);
      if (!(await agreed(name)))
        throw new Failure("Nothing was removed. In a script, use --yes.", exitCode.refused);
    }
    stack.run("destroy", "--stack", name, "--yes", ...words);
    if (removesData) {
      data.remove();
      print(`The data is removed: ${places.join(", ")}.`);
    } else if (places.length > 0) {
      print(`The data is kept: ${places.join(", ")}.`);
      print("`npm run up` reuses it; `npm run down -- --data` removes it.");
    }
  });
