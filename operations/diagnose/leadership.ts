import type { MemberFacts } from "../look/memberFacts";
import type { Look, Seen } from "../look/look";
import { isCutFromEtcd, isPrimary } from "../look/symptoms";
import { duration } from "../units";
import { data } from "./data";
import { type Check, type Context, type Finding, finding } from "./finding";
import { fullDisk, lastWords, logged, ownEnd, refusedStandby, startWait, withLog } from "./logged";
import { isAnyStopped, nextFor } from "./stopped";

const stateOf = ({ name, facts, silence }: Seen<MemberFacts>): string => {
  if (facts === undefined) return `${name}: ${silence}`;
  const { value, problem } = facts.patroni;
  return value === undefined
    ? `${name}: Patroni does not answer (${problem})`
    : `${name}: ${value.role}, ${value.state}`;
};

/** Checks that there is exactly one primary and that failover is enabled. */
export const leadership: Check = ({ look: { members }, run }) => {
  const primaries = members.filter(isPrimary).map(({ name }) => name);
  const patronis = members.flatMap(({ facts }) => facts?.patroni.value ?? []);
  const states = members.map(stateOf).join("; ");
  return [
    ...(primaries.length === 0
      ? [finding("no-leader", "cluster", states, run(isAnyStopped(members) ? "start" : "events"))]
      : []),
    ...(primaries.length > 1
      ? [finding("two-primaries", primaries.join(", "), states, run("events"))]
      : []),
    ...(patronis.some(({ pause }) => pause === true)
      ? [finding("paused", "cluster", "Patroni reports pause: true", run("resume"))]
      : []),
    ...members
      .filter(({ facts }) => facts?.patroni.value?.failsafe_mode_is_active === true)
      .map(({ name }) =>
        finding("failsafe-active", name, "Patroni reports failsafe mode", run("diagnose")),
      ),
  ];
};

/** Checks that every member runs under Patroni and its guard. */
export const members: Check = (context) => {
  const { look, run } = context;
  // A data problem explains why no member runs on that data.
  const explained = new Set(data(context).map(({ subject }) => subject));
  const isExplained = (name: string) =>
    ["etcd", "cluster", name].some((subject) => explained.has(subject)) ||
    [...explained].some((subject) => subject.split(", ").includes(name));
  return look.members.flatMap((member) => {
    const { name, facts, silence } = member;
    if (facts === undefined) {
      if (isExplained(name)) return [];
      const evidence = withLog(silence, lastWords(look, name));
      return [finding("member-unreachable", name, evidence, nextFor(member, context))];
    }
    const { patroni, database, stopped, guard } = facts;
    const wait = stopped.value ?? null;
    return [
      ...(isExplained(name) ? [] : notServing(member, context)),
      ...(database.value !== undefined && patroni.value === undefined && wait === null
        ? [finding("patroni-down", name, patroni.problem, run("logs", name))]
        : []),
      ...(isCutFromEtcd(member, context.settings) && hasQuorum(look)
        ? [finding("member-without-etcd", name, withoutEtcd(member, look), run("logs", name))]
        : []),
      ...(patroni.value !== undefined && guard.value === false
        ? [finding("guard-inactive", name, "guard.py does not run", run("logs", name))]
        : []),
    ];
  });
};

/** Why a member's PostgreSQL does not answer. */
function notServing({ name, facts }: Seen<MemberFacts>, { look, run }: Context): Finding[] {
  const wait = facts?.stopped.value ?? null;
  if (wait !== null) return [finding("start-stopped", name, wait, run("logs", name))];
  const problem = facts?.database.problem;
  if (problem === undefined) return [];
  const full = logged(look, name, fullDisk);
  if (full !== undefined) return [finding("disk-full", name, full, run("status"))];
  const end = ownEnd(look, name);
  if (end !== undefined && facts?.patroni.value?.state === "start failed")
    return [finding("database-start-failed", name, end, run("logs", name))];
  // The replication check reports the primary's answer.
  const isStandby = facts?.patroni.value !== undefined && look.members.some(isPrimary);
  if (isStandby && logged(look, name, refusedStandby) !== undefined) return [];
  const line = facts?.patroni.value === undefined ? startWait(look, name) : end;
  return [finding("database-down", name, withLog(problem, line), run("logs", name))];
}

const hasQuorum = ({ etcd }: Look) => etcd.some(({ facts }) => facts?.health.value === true);

function withoutEtcd({ name, facts }: Seen<MemberFacts>, look: Look): string {
  const seen = (facts?.now.value ?? 0) - (facts?.patroni.value?.dcs_last_seen ?? 0);
  const evidence = `Patroni last heard from etcd ${duration(seen)} ago`;
  return withLog(evidence, logged(look, name, /(ERROR|WARNING).*(etcd|DCS)/i));
}
