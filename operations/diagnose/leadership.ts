import type { MemberFacts } from "../look/memberFacts";
import type { Seen } from "../look/look";
import { type Check, finding } from "./finding";

/** Whether Patroni reports that the member is a running primary. */
export const isPrimary = ({ facts }: Seen<MemberFacts>): boolean => {
  const patroni = facts?.patroni.value;
  return (
    patroni !== undefined && /^(primary|master)$/.test(patroni.role) && patroni.state === "running"
  );
};

const stateOf = ({ name, facts, silence }: Seen<MemberFacts>): string => {
  if (facts === undefined) return `${name}: ${silence}`;
  const { value, problem } = facts.patroni;
  return value === undefined
    ? `${name}: Patroni does not answer (${problem})`
    : `${name}: ${value.role}, ${value.state}`;
};

/** There is exactly one primary, and failover is on. */
export const leadership: Check = ({ look: { members }, run }) => {
  const primaries = members.filter(isPrimary).map(({ name }) => name);
  const patronis = members.flatMap(({ facts }) => facts?.patroni.value ?? []);
  const states = members.map(stateOf).join("; ");
  return [
    ...(primaries.length === 0 ? [finding("no-leader", "cluster", states, run("events"))] : []),
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

/** Every member runs, on data of this cluster, under its guard. */
export const members: Check = ({ look, run }) => {
  const systems = new Set(
    look.members.flatMap(({ facts }) => facts?.patroni.value?.database_system_identifier ?? []),
  );
  const primary = look.members.find(isPrimary)?.facts?.patroni.value;
  return look.members.flatMap(({ name, facts, silence }) => {
    if (facts === undefined)
      return [finding("member-unreachable", name, silence, run("logs", name))];
    const { patroni, database, stopped, guard } = facts;
    const own = patroni.value;
    const system = own?.database_system_identifier;
    const isForeign =
      systems.size > 1 &&
      system !== undefined &&
      system !== (primary ?? own)?.database_system_identifier;
    const wait = stopped.value ?? null;
    return [
      ...(wait !== null ? [finding("start-stopped", name, wait, run("logs", name))] : []),
      ...(database.value === undefined && wait === null
        ? [finding("database-down", name, database.problem, run("logs", name))]
        : []),
      ...(isForeign
        ? [
            finding(
              "other-cluster-data",
              name,
              `system identifier ${system}, the others have ${[...systems].filter((one) => one !== system).join(", ")}`,
              run("logs", name),
            ),
          ]
        : []),
      ...(own !== undefined && guard.value === false
        ? [finding("guard-inactive", name, "guard.py does not run", run("logs", name))]
        : []),
    ];
  });
};
