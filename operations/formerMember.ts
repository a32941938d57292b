import { kindMeant, namesOf } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { clusterTool } from "../programs/programs";
import type { Look } from "./look/look";
import { Refusal } from "./switchover/choice";
import { bytes } from "./units";

/**
 * What remains of a PostgreSQL member that was removed from the stack file: its replication slot,
 * on each member.
 */
export interface Leftover {
  /** Members that have the slot. */
  members: string[];
  /** WAL that it retains on the primary, in words. */
  held: string;
}

/**
 * Finds what remains of a former member.
 * @throws {Refusal} if it is not a former member, still runs, nothing remains, or its slot cannot
 * be dropped safely now
 */
export function leftoverOf(name: string, look: Look, settings: Settings): Leftover {
  refuseUnlessFormer(name, settings);
  const silent = look.members.flatMap(({ name: member, facts, silence }) =>
    facts?.database.value === undefined ? [`${member}: ${silence ?? facts.database.problem}`] : [],
  );
  // Their slots would be dropped too: Patroni cannot tell which member returns.
  if (silent.length > 0) throw new Refusal(`Every member has to answer (${silent.join("; ")})`);
  refuseIfRunning(name, look);
  const slots = look.members.flatMap(({ name: member, facts }) =>
    (facts?.database.value?.slots ?? [])
      .filter((slot) => slot.type === "physical" && slot.name === name)
      .map((slot) => ({ member, ...slot })),
  );
  const used = slots.find(({ active }) => active);
  if (used !== undefined)
    throw new Refusal(`${name} streams from ${used.member}: stop it, wherever it runs`);
  if (slots.length === 0) throw new Refusal(`Nothing of ${name} is left`);
  return {
    members: slots.map(({ member }) => member),
    held: bytes(Math.max(...slots.map(({ heldBytes }) => heldBytes ?? 0))),
  };
}

function refuseUnlessFormer(name: string, settings: Settings): void {
  if (kindMeant(name) === "etcd") throw new Refusal("`up` removes former members of etcd");
  if (kindMeant(name) !== "patroni") throw new Refusal(`${name} is no name of a member`);
  if (namesOf("patroni", settings).includes(name))
    throw new Refusal(`${name} is in the stack file: lower hapg:postgres.members and run \`up\``);
}

function refuseIfRunning(name: string, { members }: Look): void {
  const known = members.flatMap(({ facts }) => facts?.cluster.value?.members ?? []);
  const found = known.find((one) => one.name === name);
  if (found !== undefined)
    throw new Refusal(
      `${name} still reports to etcd (${found.host ?? "host unknown"}, ${found.state}): stop it. ` +
        "The entry of one that was killed goes when its lease ends",
    );
  const isNoted = members.some(({ facts }) => {
    const config: Record<string, unknown> = facts?.config.value ?? {};
    const { members: noted } = (config.hapg ?? {}) as { members?: string[] };
    return noted?.includes(name) ?? false;
  });
  if (isNoted) throw new Refusal(`The last update still had ${name}: run \`up\``);
}

/**
 * Makes Patroni drop a former member's slot on every member, as an update does.
 * @throws {Error} with the reason if it cannot
 */
export async function dropSlotOf(name: string, { members }: Leftover, reach: Reach): Promise<void> {
  const member = members[0] ?? "";
  const words = ["python3", "-", "forget", name];
  const { status, output } = await reach.execute(member, words, clusterTool);
  // It exits with 0 even if it failed, so that an update continues.
  if (status !== 0 || output.includes("slots are kept"))
    throw new Error(`${member}: ${output.trim() || "the slot cannot be dropped"}`);
}
