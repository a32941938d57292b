import { expectedOutage, type Interruption } from "../operations/outage/expected";
import { untilHealthy } from "../operations/healthy";
import { lookAt, type Look } from "../operations/look/look";
import type { Cluster } from "./command";
import { exitCode, Failure } from "./failure";
import { whileProbed } from "./outage";
import { problemLines } from "./statusPage";
import { confirmed, type ConfirmOptions, print, progress } from "./terminal";

/** An action of a command on a cluster. */
export interface Act {
  /** The effects, one line each. */
  plan: string[];
  /** Performs it. */
  carryOut: () => Promise<unknown>;
  /** Printed after success. */
  done: string;
  /**
   * The kind of client interruption. The plan shows the outage of former runs, and the result the
   * measured one.
   */
  interrupts?: Interruption | undefined;
  /** Commands to run next, besides `hapg status`. */
  next?: string[];
  /** Whether the cluster must be healthy afterwards. @default true */
  isVerified?: boolean;
}

/** Options of every command that changes something. */
export interface ActOptions extends ConfirmOptions {
  wait: boolean;
  timeout: number;
}

/**
 * Inspects the cluster, shows the plan, asks for confirmation, performs the action, and waits until
 * the cluster is healthy.
 * @param decide makes the plan from the facts of the services
 * @throws {Failure} without confirmation, or if the cluster is not healthy in time
 */
export async function act(
  { settings, reach, run }: Cluster,
  { wait, timeout, ...options }: ActOptions,
  decide: (look: Look) => Act | Promise<Act>,
): Promise<void> {
  const {
    plan,
    carryOut,
    done,
    interrupts,
    next = [],
    isVerified = true,
  } = await decide(await lookAt(settings, reach));
  const expected = interrupts === undefined ? [] : [expectedOutage(interrupts)];
  if (!(await confirmed([...plan, ...expected], options))) return;
  const started = Date.now();
  const outage =
    interrupts === undefined
      ? await carryOut().then(() => [])
      : (await whileProbed(settings, carryOut)).outage;
  if (wait && isVerified) {
    progress("Done. Waiting until the cluster is healthy ...");
    const left = await untilHealthy(settings, reach, run, timeout);
    if (left.length > 0) {
      progress(problemLines(left).join("\n"));
      throw new Failure(`The cluster is not healthy after ${timeout} s.`, exitCode.failed);
    }
  }
  print([`${done} It took ${((Date.now() - started) / 1000).toFixed(1)} s.`, ...outage].join("\n"));
  for (const command of [...next, run("status")]) progress(`Next: ${command}`);
}
