import { parseArguments } from "../arguments";
import { PulumiStack } from "../pulumiStack";
import { summary } from "../summary";

/** `npm run up [-- --stack NAME] [PULUMI ARGUMENTS]`: brings the cluster up and says how it stands. */
async function main(): Promise<void> {
  const { stack: name, rest } = parseArguments(process.argv.slice(2), []);
  const stack = PulumiStack.openOrMake(name);
  stack.run("up", "--stack", name, "--yes", "--skip-preview", ...rest);
  console.log(await summary(stack));
}

void main();
