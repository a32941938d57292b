import { type Switchover, switchOver } from "../../operations/switchover";
import { examples, onStack, wholeSeconds, withReach } from "../command";
import { PulumiStack } from "../pulumiStack";
import { print, progress } from "../terminal";

/** `hapg switchover`: another member becomes the primary, while clients of the pool wait. */
export const switchover = onStack("switchover", "make another member the primary, as planned")
  .option("--to <member>", "the new primary; by default the standby with the least lag")
  .option("--wait <seconds>", "how long transactions of the pool may take to end", wholeSeconds, 3)
  .option("--dry-run", "show who would take over, and change nothing")
  .addHelpText("after", examples("switchover", "switchover --to patroni2 --dry-run"))
  .action(async ({ stack: name, to, wait, dryRun = false }) => {
    const stack = PulumiStack.open(name);
    const settings = stack.settings();
    const { restApiUrl, caCertificate } = stack.outputs();
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort(new Error("Interrupted; the pool's clients go on."));
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    const result = await withReach(settings, (reach) =>
      switchOver({
        settings,
        api: { restApiUrl: String(restApiUrl), caCertificate: String(caCertificate) },
        reach,
        to,
        waitSeconds: wait,
        dryRun,
        say: progress,
        signal: interrupted.signal,
      }),
    );
    print(dryRun ? "Nothing was changed." : summary(result));
  });

const summary = ({ to, pausedMilliseconds, readsPausedMilliseconds }: Switchover) =>
  `${to} is the primary. The pool's clients waited ${pausedMilliseconds} ms to write, ` +
  `${readsPausedMilliseconds} ms to read.`;
