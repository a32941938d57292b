import { onStack } from "../command";
import { PulumiStack } from "../pulumiStack";
import { summary } from "../summary";
import { print } from "../terminal";

/** `hapg up`: brings the cluster up, then shows its status and how to connect. */
export const up = onStack("up", "create or update the cluster")
  .argument("[words...]", "options of `pulumi up`")
  .allowUnknownOption()
  .action(async (words, { stack: name }) => {
    const stack = PulumiStack.openOrMake(name);
    stack.up(words);
    print(await summary(stack));
  });
