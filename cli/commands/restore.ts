import { carryOutRestore, planRestore } from "../../operations/backup/restore";
import { bytes, duration, utcTime } from "../../operations/units";
import { act } from "../act";
import { acting } from "../acting";
import { examples, withCluster } from "../command";
import { progress } from "../terminal";

/** `hapg restore`: restores a backup over the cluster's data, as the stack file declares it. */
export const restore = acting("restore", "restore the backup that the stack file declares, once")
  .addHelpText("after", examples("restore --dry-run", "restore"))
  .action(async (options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, async () => {
        const { settings, reach } = cluster;
        const planned = await planRestore(settings, reach);
        const { id, member, target, backup, timeline, aside, lastFullSeconds } = planned;
        const ended = utcTime(planned.backupStop);
        return {
          plan: [
            `The restore ${id}: ${target}.`,
            `${member} restores the backup ${backup} (${bytes(planned.bytes)}, ended at ` +
              `${ended}) of ${planned.stanza}, and replays WAL on timeline ` +
              `${timeline}. Afterwards a new timeline begins.`,
            "All members stop at once: nothing can be read or written until then" +
              (lastFullSeconds === undefined
                ? "."
                : `. The backup alone took ${duration(lastFullSeconds)}.`),
            `Each member keeps its present data in ${aside}; it takes its space until you ` +
              "remove it. The other members are copied anew.",
          ],
          carryOut: () =>
            carryOutRestore(settings, reach, planned, {
              seconds: Math.max(options.timeout, 3600),
              onStep: progress,
            }),
          done: `The restore ${id} is done.`,
        };
      }),
    );
  });
