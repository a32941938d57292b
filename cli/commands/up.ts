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
    const { backup } = stack.settings();
    const makesKey = backup.enabled && backup.key === undefined && !stack.hasOutput("backupKey");
    stack.up(words);
    print(await summary(stack));
    if (makesKey) print(keepKey(name));
  });

/** Said once, when the key is new. */
const keepKey = (stack: string) =>
  [
    "",
    "Backups are encrypted with a key that only this stack's state has. Keep it elsewhere, apart",
    "from the repository: without the key nothing can be restored, and nobody can make it again.",
    `  npm run -s pulumi -- stack output backupKey --show-secrets --stack ${stack}`,
  ].join("\n");
