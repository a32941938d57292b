import { slotBytes, slotShare } from "../../configs/postgres/limits";
import { bytes } from "../units";
import type { Seen } from "../look/look";
import type { MemberFacts, Sender, Slot } from "../look/memberFacts";
import { type Check, type Context, type Finding, finding } from "./finding";
import { isCutFromEtcd, isPrimary } from "../look/symptoms";
import { fullDisk, logged, ownEnd, refusedStandby, withLog } from "./logged";

/**
 * Whether a parameter of the member takes effect only at a restart, as PostgreSQL or Patroni
 * reports.
 */
export const waitsForRestart = ({ facts }: Seen<MemberFacts>): boolean =>
  (facts?.database.value?.pendingRestart ?? []).length > 0 ||
  facts?.patroni.value?.pending_restart === true;

/** Checks that every standby streams from the primary, on its timeline, with little lag. */
export const replication: Check = (context) => {
  const { look, run } = context;
  const primary = look.members.find(isPrimary);
  if (primary?.facts === undefined) return [];
  const senders = primary.facts.database.value?.senders ?? [];
  const timeline = primary.facts.patroni.value?.timeline;
  const known = new Set(primary.facts.cluster.value?.members.map(({ name }) => name));
  const standbys = look.members.filter((one) => one !== primary);
  return [
    ...standbys.flatMap((standby) => {
      const { name, facts } = standby;
      const own = facts?.patroni.value;
      if (facts === undefined || own === undefined) return [];
      const sender = senders.find((one) => one.name === name);
      return [
        // etcd forgets a member that it does not hear from, which is another finding.
        ...(known.size > 0 && !known.has(name) && !isCutFromEtcd(standby, context.settings)
          ? [finding("member-missing", name, "etcd does not list it", run("logs", name))]
          : []),
        ...(sender?.state === "streaming"
          ? lag(name, sender, context)
          : notStreaming(name, facts, sender, context)),
        ...(own.timeline !== undefined && timeline !== undefined && own.timeline !== timeline
          ? [
              finding(
                "other-timeline",
                name,
                `timeline ${own.timeline}, the primary has ${timeline}`,
                run("logs", name),
              ),
            ]
          : []),
        ...(facts.database.value?.replayPaused === true
          ? [
              finding(
                "replay-paused",
                name,
                "pg_is_wal_replay_paused() is true",
                run("psql", "--member", name, "--", "-c", "'SELECT pg_wal_replay_resume()'"),
              ),
            ]
          : []),
      ];
    }),
    ...synchronous(context, senders),
    ...look.members.flatMap(({ name, facts }) =>
      (facts?.database.value?.slots ?? []).flatMap((slot) =>
        slotProblem(name, slot, facts?.database.value?.maxSlotWalKeepBytes ?? null, context),
      ),
    ),
    ...look.members.filter(waitsForRestart).map(({ name, facts }) => {
      const pending = facts?.database.value?.pendingRestart ?? [];
      const evidence = pending.length === 0 ? "Patroni reports it" : pending.join(", ");
      return finding("restart-pending", name, evidence, run("restart", name));
    }),
  ];
};

function notStreaming(
  name: string,
  { database }: MemberFacts,
  sender: Sender | undefined,
  { look, run }: Context,
): Finding[] {
  const refused = logged(look, name, refusedStandby);
  if (refused !== undefined)
    return [finding("replication-refused", name, refused, run("logs", name))];
  if (database.value === undefined) return [];
  const full = logged(look, name, fullDisk);
  if (full !== undefined) return [finding("disk-full", name, full, run("status"))];
  const evidence =
    sender === undefined ? "the primary does not send to it" : `state ${sender.state}`;
  return [finding("not-streaming", name, withLog(evidence, ownEnd(look, name)), run("logs", name))];
}

function lag(name: string, sender: Sender | undefined, { settings, run }: Context): Finding[] {
  const behind = sender?.replayLagBytes ?? 0;
  if (behind <= settings.patroni.maximumLagOnFailoverBytes) return [];
  const seconds = sender?.replayLagSeconds;
  const time = seconds === null || seconds === undefined ? "" : `, ${seconds.toFixed(1)} s`;
  return [
    finding("replication-lag", name, `${bytes(behind)} behind${time}`, run("activity", name)),
  ];
}

function synchronous({ settings, run }: Context, senders: Sender[]): Finding[] {
  if (settings.patroni.synchronousMode === "off" || settings.postgres.members === 1) return [];
  if (senders.some(({ sync }) => sync === "sync" || sync === "quorum")) return [];
  return [
    finding(
      "no-synchronous-standby",
      "cluster",
      `synchronous mode is ${settings.patroni.synchronousMode}; pg_stat_replication shows no ` +
        "synchronous standby",
      run("status"),
    ),
  ];
}

function slotProblem(
  member: string,
  { name, active, walStatus, heldBytes }: Slot,
  limit: number | null,
  { run }: Context,
): Finding[] {
  const slot = `${member}, slot ${name}`;
  const drop = run(
    ...(["psql", "--member", member, "--", "-c"] as const),
    `"SELECT pg_drop_replication_slot('${name}')"`,
  );
  if (walStatus === "lost") return [finding("slot-lost", slot, "wal_status is lost", drop)];
  const held = heldBytes ?? 0;
  if (held <= (limit === null ? slotBytes : limit * slotShare)) return [];
  const of = limit === null ? "" : ` of at most ${bytes(limit)}`;
  const evidence = `holds ${bytes(held)}${of}; ${active ? "active" : "inactive"}`;
  return [finding("slot-holds-wal", slot, evidence, drop)];
}
