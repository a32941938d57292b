import { restoreRecord, targetTime } from "../../configs/backup/restorePlan";
import { founderOf } from "../../configs/patroni/coldStart";
import { paths } from "../../configs/cluster/paths";
import { namesInReach, namesOf } from "../../configs/cluster/plan";
import { topologyOf } from "../../configs/cluster/topology";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { lookAtPart } from "../look/look";
import { isPrimary } from "../look/symptoms";
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
  if (restore.time !== undefined && window !== undefined) {
    const { timeSeconds, time } = targetTime(restore.time);
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
  { id, member }: Restore,
  { seconds, onStep }: { seconds: number; onStep: (step: string) => void },
): Promise<void> {
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
  const isDone = await until(seconds, () => isRestored(settings, reach, id), 1000);
  if (!isDone)
    throw new Error(
      `No member leads with the restored data after ${seconds} s. It goes on by itself: ` +
        `look at the log of ${member}. The former data is still there.`,
    );
}

/** Whether the primary's data records a restore. A paused one is not promoted yet. */
async function isRestored(settings: Settings, reach: Reach, id: string): Promise<boolean> {
  const looked = await lookAtPart("members", settings, reach);
  const leader = looked.find(isPrimary)?.name;
  if (settings.restore?.action === "pause") {
    const member = founderOf(settings, topologyOf(settings).members);
    return (
      (await recordOf(settings, reach, member)) === id &&
      looked.some(({ name, facts }) => name === member && facts?.database.value !== undefined)
    );
  }
  return leader !== undefined && (await recordOf(settings, reach, leader)) === id;
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
  if (time !== undefined) return `${side} what was committed at ${targetTime(time).time}`;
  if (xid !== undefined) return `${side} transaction ${xid}`;
  if (lsn !== undefined) return `${side} WAL position ${lsn}`;
  if (name !== undefined) return `the restore point ${name}`;
  return immediate ? "the end of the backup" : "the end of the archive";
}

const utc = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}+00`;
