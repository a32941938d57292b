import { run } from "../platforms/command";
import { type Draft, draftFormat } from "./draftModel";
import { type Plan, planOf } from "./plan";
import { haveSamePackages, type Version } from "./versions";

/** Why a stack of one version cannot be described. */
export interface DraftProblem {
  problem: string;
}

/** Stacks of one version by name. */
export type Drafts = Record<string, Draft | DraftProblem>;

/** A stack file that cannot be compared. The message names it. */
export class UnreadableStack extends Error {}

/**
 * What an update from one version to another will do to each of these stacks. Each version is
 * described by its own program, if both have the same packages.
 * @throws {UnreadableStack} if a stack file of the head has a problem
 */
export async function plansFor(stacks: string[], base: Version, head: Version): Promise<Plan[]> {
  const samePackages = haveSamePackages(base, head);
  const [own, wanted] = await Promise.all([
    draftsIn(base, samePackages ? base : head, stacks),
    draftsIn(head, head, stacks),
  ]);
  if (typeof wanted === "string") throw new Error(wanted);
  const isOlder = typeof own === "string";
  const former = isOlder ? await draftsIn(base, head, stacks) : own;
  if (typeof former === "string") throw new Error(former);
  const notes = [...(samePackages ? [] : [otherPackages]), ...(isOlder ? [olderProgram] : [])];
  return stacks.map((stack) => {
    const [before, after] = [former[stack], wanted[stack]];
    if (after === undefined || "problem" in after)
      throw new UnreadableStack(`${stack} of ${head.ref}: ${after?.problem ?? ""}`);
    if (before === undefined || "problem" in before) {
      const problem = before?.problem ?? "it is not there";
      const unread = `${stack} of ${base.ref} cannot be compared: ${problem}`;
      return planOf(stack, after, after, [...notes, unread]);
    }
    return planOf(stack, before, after, notes);
  });
}

const otherPackages =
  "The versions use other packages (package-lock.json): only settings were compared, and what the " +
  "other program changes is not known.";
const olderProgram =
  "The former version cannot be described by its own program: only settings were compared, and " +
  "what the program changes is not known.";

/**
 * Stacks of one version as a program describes them, in a process of its own.
 * @returns a text if it cannot: the reason
 */
async function draftsIn(
  files: Version,
  { folder: program }: Version,
  stacks: string[],
): Promise<Drafts | string> {
  const describe = [`${program}/toolchain/hapg.cjs`, "plan", "--describe", "--stack", ...stacks];
  const { status, output } = await run([
    ...["sh", "-c", 'cd "$0" && exec "$@"', files.folder],
    ...[process.execPath, "--require", `${program}/toolchain/onDemand.cjs`, ...describe],
  ]);
  if (status !== 0) return output.trim();
  const drafts = JSON.parse(output) as Drafts;
  const isKnown = (one: Drafts[string]) => "problem" in one || one.format === draftFormat;
  return Object.values(drafts).every(isKnown) ? drafts : "it describes itself in another format";
}
