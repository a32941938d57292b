import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { type AskMembers, leaderOf, settledMembers } from "./clusterView";
import { type Choice, chooseCandidate, Refusal } from "./switchover/choice";
import type { Participant } from "./switchover/participant";
import { Participants } from "./switchover/participants";
import { readyToHandOver } from "./switchover/readyToHandOver";
import { type Services, servicesOf } from "./switchover/services";
import { type Step, Stopwatch } from "./switchover/stopwatch";

/** Options of a planned switchover. */
export interface SwitchoverArgs {
  settings: Settings;
  /** Asks Patroni for the members of the cluster. */
  members: AskMembers;
  reach: Reach;
  /** The services that take part. @default those on hosts that are not away */
  services?: Services;
  /** The member that leads. @default whoever does */
  from?: string;
  /** The member to take over. @default the standby with the least lag */
  to?: string | undefined;
  /** Members that must not take over. @default none */
  avoid?: string[];
  /** How long transactions in the pool may take to end, in seconds. @default 3 */
  waitSeconds?: number;
  /** Returns only once all members stream from the new primary. @default true */
  settles?: boolean;
  /** Only chooses the member to take over. @default false */
  dryRun?: boolean;
  /** Is called with a line for each step. @default no output */
  say?: (line: string) => void;
  /** Aborts the switchover: waiting clients continue immediately. */
  signal?: AbortSignal;
}

/** The result of a planned switchover. */
export interface Switchover extends Choice {
  /** How long clients of the pool that write were held, in milliseconds. */
  pausedMilliseconds: number;
  /** The same for those that read from standbys. */
  readsPausedMilliseconds: number;
  /** The steps in order. */
  steps: Step[];
}

/** How long members may take to stream again, in seconds. */
const settleSeconds = 90;

/**
 * Makes another member the primary while the clients of the pool wait, so none of their
 * transactions fails. HAProxy closes its clients' sessions, and they reconnect.
 * @throws {Refusal} if it cannot begin; nothing was changed
 * @throws {Error} if it fails later; clients of the pool continue even then
 */
export async function switchOver(args: SwitchoverArgs): Promise<Switchover> {
  const { settings, members, reach, signal, waitSeconds = 3, say = () => undefined } = args;
  const { services = servicesOf(settings) } = args;
  const { maximumLagOnFailoverBytes, synchronousMode } = settings.patroni;
  const rules = {
    expected: services.members,
    maximumLag: maximumLagOnFailoverBytes,
    synchronous: synchronousMode !== "off",
    avoid: args.avoid ?? [],
  };
  const choice = chooseCandidate(await members(), rules, args.to);
  say(`${choice.from} hands over to ${choice.to}`);
  const { from = choice.from } = args;
  if (choice.from !== from) throw new Refusal(`${choice.from} leads, not ${from}`);
  const watch = new Stopwatch(say);
  const nothing = { pausedMilliseconds: 0, readsPausedMilliseconds: 0 };
  if (args.dryRun === true) return { ...choice, ...nothing, steps: [] };

  await readyToHandOver(reach, choice);
  watch.lap("checkpoint written");
  const participants = await Participants.gather(reach, settings, services, choice, waitSeconds);
  const end = () => void participants.end();
  signal?.addEventListener("abort", end);
  let paused;
  try {
    signal?.throwIfAborted();
    watch.lap("all are ready");
    paused = await change(participants, choice, watch);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
    await participants.end();
  }
  if (args.settles !== false) {
    await streaming(members, choice, services.members.length);
    watch.lap("all members stream");
  }
  return { ...choice, ...paused, steps: watch.steps };
}

/** The part during which clients wait. */
async function change(
  { pools, routers, candidate }: Participants,
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

/** Waits until all have sent the expected answer. */
async function hear(participants: Participant[], answer: string): Promise<void> {
  await Promise.all(participants.map((one) => one.hear(answer)));
}

/** Sends all the same line at the same time. */
function tell(participants: Participant[], line: string, answer: string): Promise<void> {
  for (const one of participants) one.say(line);
  return hear(participants, answer);
}

async function streaming(ask: AskMembers, { to }: Choice, count: number): Promise<void> {
  const members = await settledMembers(ask, settleSeconds);
  const leader = leaderOf(members)?.name;
  if (leader !== to) throw new Error(`${leader ?? "nobody"} leads, not ${to}`);
  const others = members.filter(({ state }) => state === "streaming").length;
  if (others < count - 1) {
    throw new Error(`${count - 1 - others} of the others do not stream after ${settleSeconds} s`);
  }
}
