import { createInterface } from "node:readline/promises";
import { keptData } from "../../platforms/keptData";
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
  if (settings.protect) {
    console.error(
      `The stack ${name} is protected; nothing was removed. Set hapg:protect to false and run \`up\` first.`,
    );
    process.exitCode = 1;
    return;
  }
  const data = keptData(settings, `${project}/${name}`);
  const places = data.list();
  const removeData = flags.has("--data") && places.length > 0;
  if (removeData && !flags.has("--yes") && !(await agreed(name, places))) {
    console.error("Nothing was removed. In a script, --yes answers for you.");
    process.exitCode = 1;
    return;
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

async function agreed(name: string, places: string[]): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  console.log(`All data of stack ${name} will be removed for good: ${places.join(", ")}.`);
  console.log(`Type the stack's name, ${name}, to go on:`);
  for await (const answer of prompt) return answer.trim() === name;
  // Its input has ended, as a script's does.
  return false;
}

void main();
