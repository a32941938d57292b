import { parseArguments } from "./lib/arguments";
import { PulumiStack } from "./lib/pulumi";
import { summary } from "./lib/summary";

/** `npm run up [-- --stack NAME] [PULUMI ARGUMENTS]`: brings the cluster up and says how it stands. */
async function main(): Promise<void> {
  const { stack: name, rest } = parseArguments(process.argv.slice(2), []);
  const stack = PulumiStack.openOrMake(name);
  stack.run("up", "--stack", name, "--yes", "--skip-preview", ...rest);
  console.log(await summary(stack));
}

void main();
