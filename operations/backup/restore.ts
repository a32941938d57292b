import { momentOf } from "../../configs/backup/moment";
import { restoreRecord } from "../../configs/backup/restorePlan";
import { founderOf } from "../../configs/patroni/coldStart";
import { paths } from "../../configs/cluster/paths";
import { namesInReach, namesOf } from "../../configs/cluster/plan";
import { topologyOf } from "../../configs/cluster/topology";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { lookAtPart } from "../look/look";
import { isPrimary } from "../look/symptoms";
import { patronictl } from "../patronictl";
import { startServices, stopServices } from "../power";
import { Refusal } from "../switchover/choice";
import { until } from "../until";
import { askRepository } from "./repository";
import { windowOf } from "./window";

/** What the restore of the stack file would do. */
export interface Restore {
  id: string;
  /** The member that restores. The others copy it. */
  member: string;
  /** The target, in words; times in UTC. */
  target: string;
  /** What `restore_member.py` has chosen. */
  backup: string;
  backupStop: number;
  bytes: number;
  timeline: number;
  stanza: string;
  /** How long the last full backup took, in seconds. */
  lastFullSeconds: number | undefined;
  /** Directory of the data that was there before, on each member. */
  aside: string;
}

/** How long the members may take to stop and to start, in seconds. A later start restores nothing. */
const permittedSeconds = 900;

/** How long Patroni may take from its start until it answers. */
const patroniStartsMilliseconds = 30_000;

/**
 * Plans the restore of the stack file over existing data. Changes nothing.
 * @throws {Refusal} if it was done already, or the target cannot be reached
 */
export async function planRestore(settings: Settings, reach: Reach): Promise<Restore> {
  const { restore } = settings;
  if (restore === undefined)
    throw new Refusal("The stack file declares no restore: set hapg:restore, and run `up`");
  const members = namesOf("patroni", settings);
  const inReach = namesInReach("patroni", settings);
  const away = members.filter((name) => !inReach.includes(name));
  if (away.length > 0)
    throw new Refusal(`${away.join(", ")}: the host is away, and would keep the former data`);
  for (const member of members) {
    const done = await recordOf(settings, reach, member);
    if (done === restore.id)
      throw new Refusal(
        `The restore ${restore.id} was done already: the data of ${member} records it. Remove ` +
          "hapg:restore from the stack file, or give another restore another id",
      );
  }
  const facts = await askRepository(settings, reach);
  const window = windowOf(facts);
  const moment = restore.time === undefined ? undefined : momentOf(restore.time);
  if (moment !== undefined && window !== undefined) {
    const { timeSeconds, time } = moment;
    if (timeSeconds < window.from || timeSeconds > window.to + 1)
      throw new Refusal(
        `restore.time ${time} is outside of the recoverable window, ${utc(window.from)} to ` +
          utc(window.to),
      );
  }
  const member = founderOf(settings, topologyOf(settings).members);
  const words = ["python3", paths.restoreMember, "plan"];
  const { status, output } = await reach.execute(member, words);
  if (status !== 0) throw new Refusal(output.trim().replace(/^restore: /, ""));
  const chosen = JSON.parse(output) as Omit<Restore, "member" | "target" | "aside">;
  const full = facts.backups?.filter(({ type }) => type === "full").at(-1);
  return {
    ...chosen,
    member,
    target: describeTarget(restore),
    lastFullSeconds: full === undefined ? undefined : full.stop - full.start,
    aside: `${paths.pgData(settings.postgres.version)}.before-${restore.id}`,
  };
}

/**
 * Carries it out: stops the members, and starts them with the permission to move their data aside.
 * @param onStep receives what happens, in words
 * @throws {Error} if no member leads with the restored data in time; nothing is undone then
 */
export async function carryOutRestore(
  settings: Settings,
  reach: Reach,
  restore: Restore,
  { seconds, onStep }: { seconds: number; onStep: (step: string) => void },
): Promise<void> {
  const { id, member } = restore;
  const members = namesOf("patroni", settings);
  onStep("permits the restore on each member");
  const permission = JSON.stringify({
    id,
    restores: member,
    until: Math.floor(Date.now() / 1000) + permittedSeconds,
  });
  for (const name of members) {
    const { status, output } = await reach.execute(name, ["sh", "-c", writePermission], permission);
    if (status !== 0) throw new Error(`${name}: ${output.trim()}`);
  }
  onStep("stops all members");
  await stopServices(reach, [members]);
  onStep(`starts all members; ${member} restores`);
  await startServices(reach, [members]);
  // Patroni answers some seconds after its start: until then it looks as if it had given up.
  let lastSign = Date.now();
  const isOver = await until(
    seconds,
    async () => {
      const state = await stateOf(settings, reach, restore);
      if (state !== "given up") lastSign = Date.now();
      return state === "done" || Date.now() - lastSign > patroniStartsMilliseconds;
    },
    1000,
  );
  const remedy = `\`hapg logs ${member}\` says more. The former data is still there.`;
  if (!isOver) throw new Error(`${member} does not lead after ${seconds} s; it goes on. ${remedy}`);
  if (Date.now() - lastSign > patroniStartsMilliseconds)
    throw new Error(
      `${member} could not be restored. ${remedy} Correct hapg:restore, and run \`up\`: it ` +
        "begins the restore again.",
    );
  onStep("ends the recovery's settings by a restart of the primary");
  await settle(settings, reach);
}

/** Whether a member leads with the restored data, or the member that restores has given up. */
async function stateOf(
  settings: Settings,
  reach: Reach,
  { id, member }: Restore,
): Promise<"done" | "given up" | undefined> {
  const members = await lookAtPart("members", settings, reach);
  const primary = members.find(isPrimary);
  if (primary !== undefined)
    return (await recordOf(settings, reach, primary.name)) === id ? "done" : undefined;
  const facts = members.find(({ name }) => name === member)?.facts;
  const isHalf = facts?.data.value?.isHalfFounded === true && facts.patroni.value === undefined;
  return isHalf ? "given up" : undefined;
}

/** Afterwards a restart of the primary drops parameters of the recovery, which are of no effect. */
async function settle(settings: Settings, reach: Reach): Promise<void> {
  const members = await lookAtPart("members", settings, reach);
  const primary = members.find(isPrimary);
  if (primary === undefined) return;
  const words = ["restart", "--force", settings.clusterName, primary.name];
  await patronictl(reach, { members }, ...words);
}

/** The restore that a member's data records; undefined if none does, or the member is silent. */
async function recordOf(
  settings: Settings,
  reach: Reach,
  member: string,
): Promise<string | undefined> {
  const record = `${paths.pgData(settings.postgres.version)}/${restoreRecord}`;
  const { status, output } = await reach.execute(member, ["cat", record]);
  if (status !== 0) return undefined;
  return (JSON.parse(output) as { id?: string }).id;
}

const permissionFile = `${paths.postgresData}/restore-permitted`;
const writePermission = `umask 077 && cat >${permissionFile}.new && mv ${permissionFile}.new ${permissionFile}`;

function describeTarget(restore: NonNullable<Settings["restore"]>): string {
  const { time, xid, lsn, name, immediate, inclusive } = restore;
  const side = inclusive ? "including" : "before";
  if (time !== undefined) return `${side} what was committed at ${momentOf(time)?.time ?? time}`;
  if (xid !== undefined) return `${side} transaction ${xid}`;
  if (lsn !== undefined) return `${side} WAL position ${lsn}`;
  if (name !== undefined) return `the restore point ${name}`;
  return immediate ? "the end of the backup" : "the end of the archive";
}

const utc = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}+00`;
