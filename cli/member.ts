import { type PlannedService, planOf } from "../configs/cluster/plan";
import { isPrimary } from "../operations/look/symptoms";
import { lookAtPart } from "../operations/look/look";
import type { Cluster } from "./command";
import { exitCode, Failure } from "./failure";

/**
 * Finds the service of that name.
 * @throws {Failure} if the cluster has none of that name
 */
export function serviceOf(name: string, { settings }: Pick<Cluster, "settings">): PlannedService {
  const all = planOf(settings);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Failure(
    `There is no service ${name}. Known are ${all.map((one) => one.name).join(", ")}.`,
    exitCode.wrongUsage,
  );
}

/** Selects a member. */
export interface MemberOptions {
  /** This member, whatever its role. */
  member?: string | undefined;
  /** A standby instead of the primary. */
  read?: true | undefined;
}

/**
 * The name of a member whose PostgreSQL answers: the primary by default.
 * @throws {Failure} if it does not answer
 */
export async function memberFor(
  { settings, reach, run }: Cluster,
  { member, read }: MemberOptions,
): Promise<string> {
  const members = await lookAtPart("members", settings, reach);
  const answering = members.filter(({ facts }) => facts?.database.value !== undefined);
  const found = answering.find((one) =>
    member === undefined ? isPrimary(one) !== (read === true) : one.name === member,
  );
  if (found !== undefined) return found.name;
  const what = member ?? (read === true ? "any standby" : "the primary");
  throw new Failure(
    `PostgreSQL does not answer on ${what}. Run \`${run("diagnose")}\`.`,
    exitCode.failed,
  );
}

/** The primary's name. @throws {Failure} if none answers */
export const primaryOf = (cluster: Cluster): Promise<string> => memberFor(cluster, {});
