import { isDeepStrictEqual } from "node:util";
import { parseSettings, SettingsError } from "../../configs/settings/parse";
import type { Settings } from "../../configs/settings/schema";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { merged } from "../../lab/cluster/merged";
import type { KillScope } from "../../lab/processTree";
import { Random } from "../../lab/random";
import { type ChangeKind, changeKinds } from "./changes";

/** A service that is killed together with the engine. */
export interface MemberKill {
  /** The leader, another member, or an etcd member. */
  who: "primary" | "standby" | "etcd";
  /** Whether it returns before the next `up` starts, or during it. */
  returns: "before" | "during";
}

/** The plan of a round of the update drill. */
export interface RoundPlan {
  round: number;
  /** Names of the kinds of change. */
  kinds: string[];
  /** Merged into the stack file. */
  changes: StackSettings;
  /** What is killed during the first `up`, and after how many seconds. */
  kill: { scope: KillScope; afterSeconds: number };
  memberKill: MemberKill | undefined;
}

/** Provides hosts for so many members of PostgreSQL and of etcd; see `TestEnvironment.makeRoom`. */
export type MakeRoom = (members: number, etcdMembers: number) => Promise<StackSettings>;

/** Most rules between settings permit some change, so this many attempts are never needed. */
const maximumTries = 50;

/**
 * Plans a round: changes that keep the stack file valid, and what is killed when. The same seed,
 * round and stack file give the same plan.
 * @throws {Error} if no valid change is found
 */
export async function planRound(
  seed: number,
  round: number,
  now: StackSettings,
  makeRoom: MakeRoom,
): Promise<RoundPlan> {
  const random = new Random(seed ^ Math.imul(round, 0x9e3779b1));
  const before = parsed(now);
  for (let tries = 0; tries < maximumTries; tries++) {
    const count = random.one([1, 1, 2, 3]);
    const kinds = random.shuffled(changeKinds).slice(0, count);
    const drawn = kinds.map((kind) => kind.settings(random, before)).reduce(merged, {});
    const changes = await withRoom(now, drawn, makeRoom);
    const after = ifValid(merged(now, changes));
    if (after === undefined || isDeepStrictEqual(after, before)) continue;
    return {
      round,
      kinds: kinds.map(({ name }) => name),
      changes,
      kill: {
        scope: random.chance(0.7) ? "everything" : "engine",
        afterSeconds: killTime(random, kinds),
      },
      memberKill: random.chance(0.4)
        ? {
            who: random.one(["primary", "standby", "etcd"]),
            returns: random.chance(0.6) ? "before" : "during",
          }
        : undefined,
    };
  }
  throw new Error(`round ${round}: no valid change in ${maximumTries} tries`);
}

/** At a random moment of the update, rounded to tenths of a second. */
const killTime = (random: Random, kinds: ChangeKind[]) => {
  const longest = Math.max(...kinds.map(({ seconds }) => seconds));
  return Math.round(10 * (1 + random.next() * longest)) / 10;
};

async function withRoom(
  now: StackSettings,
  changes: StackSettings,
  makeRoom: MakeRoom,
): Promise<StackSettings> {
  const { postgres, etcd } = merged(now, changes) as Record<
    "postgres" | "etcd",
    { members?: number } | undefined
  >;
  return merged(changes, await makeRoom(postgres?.members ?? 3, etcd?.members ?? 3));
}

/** Settings as the program reads them: undefined ones are not in the stack file. */
const parsed = (settings: StackSettings): Settings =>
  parseSettings(JSON.parse(JSON.stringify(settings)));

function ifValid(settings: StackSettings): Settings | undefined {
  try {
    return parsed(settings);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}
