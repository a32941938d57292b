import { untilHealthy } from "../operations/healthy";
import { lookAt, type Look } from "../operations/look/look";
import type { Cluster } from "./command";
import { exitCode, Failure } from "./failure";
import { problemLines } from "./statusPage";
import { confirmed, type ConfirmOptions, print, progress } from "./terminal";

/** What a command does to a cluster. */
export interface Act {
  /** What will happen, one line each. */
  plan: string[];
  /** Does it. */
  carryOut: () => Promise<unknown>;
  /** Printed once it is done. */
  done: string;
  /** Whether the cluster has to be healthy afterwards. @default true */
  isVerified?: boolean;
}

/** Options of every command that changes something. */
export interface ActOptions extends ConfirmOptions {
  wait: boolean;
  timeout: number;
}

/**
 * Looks, shows the plan, asks, does it, and waits until the cluster is healthy.
 * @param decide makes the plan from what the services report
 * @throws {Failure} if somebody does not agree, or the cluster is not healthy in time
 */
export async function act(
  { settings, reach, run }: Cluster,
  { wait, timeout, ...options }: ActOptions,
  decide: (look: Look) => Act | Promise<Act>,
): Promise<void> {
  const { plan, carryOut, done, isVerified = true } = await decide(await lookAt(settings, reach));
  if (!(await confirmed(plan, options))) return;
  const started = Date.now();
  await carryOut();
  if (wait && isVerified) {
    progress("Done. Waiting until the cluster is healthy ...");
    const left = await untilHealthy(settings, reach, run, timeout);
    if (left.length > 0) {
      progress(problemLines(left).join("\n"));
      throw new Failure(`The cluster is not healthy after ${timeout} s.`, exitCode.failed);
    }
  }
  print(`${done} It took ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  progress(`Next: ${run("status")}`);
}
