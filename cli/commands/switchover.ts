import { membersThrough } from "../../operations/members";
import { expectedOutage } from "../../operations/outage/expected";
import { type Switchover, switchOver } from "../../operations/switchover";
import { examples, onCluster, wholeSeconds, withCluster } from "../command";
import { whileProbed } from "../outage";
import { print, progress } from "../terminal";

/** `hapg switchover`: another member becomes the primary, while clients of the pool wait. */
export const switchover = onCluster("switchover", "make another member the primary, as planned")
  .option("--to <member>", "the new primary; by default the standby with the least lag")
  .option("--wait <seconds>", "how long transactions of the pool may take to end", wholeSeconds, 3)
  .option("--dry-run", "show who would take over, and change nothing")
  .addHelpText("after", examples("switchover", "switchover --to patroni2 --dry-run"))
  .action(async ({ to, wait, dryRun = false, ...where }) => {
    await withCluster(where, async ({ settings, reach }) => {
      const interrupted = new AbortController();
      const interrupt = () =>
        interrupted.abort(new Error("Interrupted. The pool's clients continue."));
      process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
      const change = () =>
        switchOver({
          ...{ settings, members: membersThrough(settings, reach), reach, to },
          ...{ waitSeconds: wait, dryRun, say: progress, signal: interrupted.signal },
        });
      progress(expectedOutage("switchover"));
      if (dryRun) {
        await change();
        print("Nothing was changed.");
        return;
      }
      const { result, outage } = await whileProbed(settings, change);
      print([summary(result), ...outage].join("\n"));
    });
  });

const summary = ({ to, pausedMilliseconds, readsPausedMilliseconds }: Switchover) =>
  `${to} is the primary. The pool's clients waited ${pausedMilliseconds} ms to write, ` +
  `${readsPausedMilliseconds} ms to read.`;
