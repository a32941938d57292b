import { setTimeout as pause } from "node:timers/promises";
import { diagnose } from "../../operations/diagnose";
import { lookCloser } from "../../operations/look/closer";
import { statusOf } from "../../operations/status";
import { type Cluster, examples, leftLocks, onCluster, withCluster } from "../command";
import { statusPage } from "../statusPage";
import { print } from "../terminal";

/** Seconds between two refreshes of `--watch`. */
const interval = 2;

/** `hapg status`: everything about the cluster on one screen. */
export const status = onCluster("status", "show members, lag, etcd, routers, pools and problems")
  .option("--json", "print JSON")
  .option("-w, --watch", `refresh every ${interval} s until interrupted`)
  .addHelpText("after", examples("status", "status --watch", "status --json"))
  .action(async ({ json, watch, ...where }) => {
    await withCluster(where, async (cluster) => {
      // Clears the screen.
      const clear = watch === true && process.stdout.isTTY ? "\u001B[H\u001B[2J" : "";
      for (;;) {
        print(clear + (await page(cluster, json)));
        if (watch !== true) return;
        await pause(interval * 1000);
      }
    });
  });

/** The status as text. */
export async function page(
  { stack, settings, reach, run }: Cluster,
  isJson: true | undefined,
): Promise<string> {
  const look = await lookCloser(settings, reach);
  const current = statusOf(look, settings);
  const problems = diagnose({ look, settings, run, locks: leftLocks(stack) });
  return isJson === true
    ? JSON.stringify({ ...current, problems }, null, 2)
    : statusPage(current, problems);
}
