import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { clusterMembers, leaderOf, type RestApi, settledMembers } from "./clusterView";
import { Cast } from "./switchover/cast";
import { type Choice, chooseCandidate, Refusal } from "./switchover/choice";
import type { Partner } from "./switchover/partner";
import { readyToHandOver } from "./switchover/readyToHandOver";
import { servicesOf } from "./switchover/services";
import { type Step, Stopwatch } from "./switchover/stopwatch";

/** What a planned change of the leader needs. */
export interface SwitchoverArgs {
  settings: Settings;
  api: RestApi;
  reach: Reach;
  /** The member that takes over. @default the standby that lags least */
  to?: string | undefined;
  /** How long transactions in the pool may take to end, in seconds. @default 3 */
  waitSeconds?: number;
  /** Only finds out who would take over. @default false */
  dryRun?: boolean;
  /** Gets a line for each step. @default nobody */
  say?: (line: string) => void;
  /** Ends it before its time: clients that wait go on at once. */
  signal?: AbortSignal;
}

/** What a planned change of the leader came to. */
export interface Switchover extends Choice {
  /** For how long clients of the pool that write were held, in milliseconds. */
  pausedMilliseconds: number;
  /** The same for those that read from standbys. */
  readsPausedMilliseconds: number;
  /** What was done, in order. */
  steps: Step[];
}

/** How long members may take to stream again, in seconds. */
const settleSeconds = 90;

/**
 * Lets another member lead while the clients of the pool wait: none of their transactions fails. Clients of HAProxy are
 * cut off and connect anew.
 * @throws {Refusal} if it cannot be begun: nothing was changed
 * @throws {Error} if it does not come to a good end; clients of the pool go on all the same
 */
export async function switchOver(args: SwitchoverArgs): Promise<Switchover> {
  const { settings, api, reach, signal, waitSeconds = 3, say = () => undefined } = args;
  const services = servicesOf(settings);
  const { maximumLagOnFailoverBytes, synchronousMode } = settings.patroni;
  const rules = {
    expected: services.members,
    maximumLag: maximumLagOnFailoverBytes,
    synchronous: synchronousMode !== "off",
  };
  const choice = chooseCandidate(await clusterMembers(api), rules, args.to);
  say(`${choice.from} hands over to ${choice.to}`);
  const watch = new Stopwatch(say);
  const nothing = { pausedMilliseconds: 0, readsPausedMilliseconds: 0 };
  if (args.dryRun === true) return { ...choice, ...nothing, steps: [] };

  await readyToHandOver(reach, choice);
  watch.lap("checkpoint written");
  const cast = await Cast.gather(reach, settings, services, choice, waitSeconds);
  const end = () => void cast.end();
  signal?.addEventListener("abort", end);
  let paused;
  try {
    signal?.throwIfAborted();
    watch.lap("all are ready");
    paused = await change(cast, choice, watch);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    await cast.end();
  }
  await streaming(api, choice, services.members.length);
  watch.lap("all members stream");
  return { ...choice, ...paused, steps: watch.steps };
}

/** The part that clients wait for. */
async function change(
  { pools, routers, candidate }: Cast,
  { to }: Choice,
  watch: Stopwatch,
): Promise<Omit<Switchover, "from" | "to" | "steps">> {
  const begun = performance.now();
  const sinceThen = () => Math.round(performance.now() - begun);
  await tell(pools, "pause", "paused").catch((error: unknown) => {
    throw new Refusal((error as Error).message);
  });
  watch.lap("the pool's clients wait");
  await tell(candidate, "go", "leads");
  watch.lap(`${to} takes writes`);
  await tell(routers, "go", "writes");
  watch.lap("HAProxy sends writes there");
  await tell(pools, "writes", "writes");
  const pausedMilliseconds = sinceThen();
  watch.lap("the pool's clients write again");
  await hear(routers, "reads");
  watch.lap("HAProxy sends no reads there any more");
  await tell(pools, "reads", "reads");
  watch.lap("the pool's clients read again");
  return { pausedMilliseconds, readsPausedMilliseconds: sinceThen() };
}

/** Waits until all have answered as expected. */
async function hear(partners: Partner[], answer: string): Promise<void> {
  await Promise.all(partners.map((one) => one.hear(answer)));
}

/** Tells all the same at the same time. */
function tell(partners: Partner[], line: string, answer: string): Promise<void> {
  for (const one of partners) one.say(line);
  return hear(partners, answer);
}

async function streaming(api: RestApi, { to }: Choice, count: number): Promise<void> {
  const members = await settledMembers(api, settleSeconds);
  const leader = leaderOf(members)?.name;
  if (leader !== to) throw new Error(`${leader ?? "nobody"} leads, not ${to}`);
  const others = members.filter(({ state }) => state === "streaming").length;
  if (others < count - 1) {
    throw new Error(`${count - 1 - others} of the others do not stream after ${settleSeconds} s`);
  }
}
