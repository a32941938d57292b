import type { Look, Seen } from "../look/look";
import type { MemberFacts } from "../look/memberFacts";
import { type Check, type Context, type Finding, finding } from "./finding";
import { isPrimary } from "../look/symptoms";
import { logged, startWait, unreadableData, withLog } from "./logged";

/** The system identifier of a member's data, from Patroni or the disk; undefined without data. */
const systemOf = ({ facts }: Seen<MemberFacts>): string | undefined =>
  facts?.patroni.value?.database_system_identifier ??
  facts?.data.value?.systemIdentifier ??
  undefined;

/** Checks that members hold data of this cluster and that its founding is complete. */
export const data: Check = (context) => {
  const { look, run } = context;
  return [
    ...look.members.flatMap((member) => unreadable(member, context)),
    ...foreign(context),
    ...(look.members.some(isPrimary) ? [] : founding(look, run)),
  ];
};

function unreadable({ name, facts }: Seen<MemberFacts>, { look, run }: Context): Finding[] {
  // A container in a restart loop cannot answer.
  const line = logged(look, name, unreadableData);
  const problem = facts?.data.problem ?? (facts === undefined ? line : undefined);
  if (problem === undefined) return [];
  const evidence = withLog(problem, problem === line ? undefined : (line ?? startWait(look, name)));
  return [finding("data-unreadable", name, evidence, run("logs", name))];
}

function foreign({ look, run }: Context): Finding[] {
  const primary = look.members.find(isPrimary);
  const expected = (primary && systemOf(primary)) ?? look.founded?.value ?? undefined;
  if (expected === undefined) return [];
  const holders = look.members.filter((member) => systemOf(member) !== undefined);
  const others = holders.filter((member) => systemOf(member) !== expected);
  const systems = [...new Set(others.map(systemOf))];
  // All members agree, and only etcd differs.
  if (primary === undefined && others.length === holders.length && systems.length === 1) {
    const evidence = `etcd holds system identifier ${expected}, all data has ${systems.join()}`;
    const [first] = others;
    const line = first && startWait(look, first.name);
    return [finding("other-cluster-etcd", "etcd", withLog(evidence, line), run("logs"))];
  }
  return others.map((member) => {
    const evidence = `system identifier ${systemOf(member)}, the cluster has ${expected}`;
    const line = startWait(look, member.name);
    return finding(
      ...(["other-cluster-data", member.name, withLog(evidence, line)] as const),
      run("logs", member.name),
    );
  });
}

/** The case without a primary where etcd does not record a founded cluster. */
function founding(look: Look, run: Context["run"]): Finding[] {
  if (look.founded === undefined || look.founded.value !== null) return [];
  const half = look.members.filter(
    ({ facts }) => facts?.data.value?.isHalfFounded === true && facts.patroni.value === undefined,
  );
  if (half.length > 0)
    return half.map(({ name }) =>
      finding(
        ...(["half-founded", name] as const),
        withLog("etcd holds no system identifier", startWait(look, name)),
        "npm run up",
      ),
    );
  const systems = look.members.flatMap((member) => {
    const system = systemOf(member);
    return system === undefined ? [] : [{ name: member.name, system }];
  });
  if (new Set(systems.map(({ system }) => system)).size > 1)
    return [
      finding(
        "founded-twice",
        systems.map(({ name }) => name).join(", "),
        systems.map(({ name, system }) => `${name}: ${system}`).join("; "),
        run("logs", ...systems.map(({ name }) => name)),
      ),
    ];
  const [first] = look.members;
  const areEmpty = look.members.every(({ facts }) => facts?.data.value?.isEmpty === true);
  const isStarted = look.members.some(({ facts }) => facts?.patroni.value !== undefined);
  if (first === undefined || !areEmpty || isStarted) return [];
  const evidence = "etcd holds no system identifier, and no member has data";
  return [
    finding("not-founded", "cluster", withLog(evidence, startWait(look, first.name)), "npm run up"),
  ];
}
