import { parseArguments } from "../arguments";
import { PulumiStack } from "../pulumiStack";
import { summary } from "../summary";

/** `npm run status [-- --stack NAME]`: who leads, who streams, how to connect. */
async function main(): Promise<void> {
  const { stack: name } = parseArguments(process.argv.slice(2), []);
  console.log(await summary(PulumiStack.open(name)));
}

void main();
