import { keptData } from "../../platforms/keptData";
import { agreed } from "../agreed";
import { parseArguments } from "../arguments";
import { project, PulumiStack } from "../pulumiStack";

/**
 * `npm run down [-- --stack NAME] [--data] [--yes]`: removes the cluster and keeps the data; with
 * `--data` removes the data too, after asking.
 */
async function main(): Promise<void> {
  const { stack: name, flags, rest } = parseArguments(process.argv.slice(2), ["--data", "--yes"]);
  const stack = PulumiStack.open(name);
  const settings = stack.settings();
  if (settings.protect)
    throw new Error(
      `The stack ${name} is protected; nothing was removed. Set hapg:protect to false and run \`up\` first.`,
    );
  const data = keptData(settings, `${project}/${name}`);
  const places = data.list();
  const removeData = flags.has("--data") && places.length > 0;
  if (removeData && !flags.has("--yes")) {
    console.log(`All data of stack ${name} will be removed for good: ${places.join(", ")}.`);
    if (!(await agreed(name)))
      throw new Error("Nothing was removed. In a script, --yes answers for you.");
  }
  stack.run("destroy", "--stack", name, "--yes", ...rest);
  if (removeData) {
    data.remove();
    console.log(`The data is gone: ${places.join(", ")}.`);
  } else if (places.length > 0) {
    console.log(`The data is kept: ${places.join(", ")}.`);
    console.log("`npm run up` takes it up again; `npm run down -- --data` removes it.");
  }
}

void main();
