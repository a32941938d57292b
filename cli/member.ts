import { isPrimary } from "../operations/diagnose/leadership";
import { lookAt } from "../operations/look/look";
import type { Cluster } from "./command";
import { exitCode, Failure } from "./failure";

/** Which member is meant. */
export interface MemberOptions {
  /** This one, whatever its role. */
  member?: string | undefined;
  /** A standby instead of the primary. */
  read?: true | undefined;
}

/**
 * The name of a member whose PostgreSQL answers: the primary unless another one is asked for.
 * @throws {Failure} if it does not answer
 */
export async function memberFor(
  { settings, reach, run }: Cluster,
  { member, read }: MemberOptions,
): Promise<string> {
  const { members } = await lookAt(settings, reach);
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
