import { Argument } from "@commander-js/extra-typings";
import { patronictl } from "../../operations/patronictl";
import { type Scheduled, scheduledIn } from "../../operations/scheduled";
import { lookAtPart } from "../../operations/look/look";
import { Refusal } from "../../operations/switchover/choice";
import { until } from "../../operations/until";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { exitCode, Failure } from "../failure";

/** `hapg flush`: discards scheduled actions of Patroni. */
export const flush = acting("flush", "discard scheduled switchovers and restarts")
  .addArgument(new Argument("[what]", "only these").choices(["switchover", "restart"] as const))
  .addHelpText("after", examples("flush", "flush restart"))
  .action(async (what, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const { settings, reach } = cluster;
        const found = scheduledIn(look).filter((one) => what === undefined || one.what === what);
        if (found.length === 0)
          throw new Refusal(`No ${what ?? "switchover or restart"} is scheduled`);
        return {
          plan: found.map(({ text }) => `Discarded: ${text}`),
          carryOut: async () => {
            for (const one of found)
              await patronictl(
                reach,
                look,
                "flush",
                "--force",
                settings.clusterName,
                ...target(one),
              );
            if (options.wait) await untilDiscarded(found, cluster, options.timeout);
          },
          isVerified: false,
          done: "Discarded.",
        };
      }),
    );
  });

/** Arguments of `patronictl flush`: members, then the kind. */
const target = ({ what, member }: Scheduled) => [...(member === undefined ? [] : [member]), what];

/** patronictl reports a member that does not answer, but still exits with 0. */
async function untilDiscarded(
  discarded: Scheduled[],
  { settings, reach }: Cluster,
  seconds: number,
): Promise<void> {
  const texts = discarded.map(({ text }) => text);
  let left: string[] = [];
  const areGone = async () => {
    const now = scheduledIn({ members: await lookAtPart("members", settings, reach) });
    left = now.map(({ text }) => text).filter((text) => texts.includes(text));
    return left.length === 0;
  };
  if (await until(seconds, areGone, 500)) return;
  throw new Failure(`Still scheduled after ${seconds} s: ${left.join("; ")}`, exitCode.failed);
}
