import { paths } from "../configs/cluster/paths";
import type { Reach } from "../platforms/reach";
import type { Look } from "./look/look";

/**
 * Runs patronictl inside the first member that answers, and returns its output.
 * @throws {Error} if no member answers, or with patronictl's error
 */
export async function patronictl(
  reach: Reach,
  look: Pick<Look, "members">,
  ...words: string[]
): Promise<string> {
  const member = look.members.find(({ facts }) => facts?.patroni.value !== undefined);
  if (member === undefined) throw new Error("Patroni does not answer on any member.");
  const { status, output } = await reach.execute(member.name, [
    ...["patronictl", "-c", paths.patroniYml],
    ...words,
  ]);
  if (status !== 0) throw new Error(`patronictl on ${member.name}: ${reasonIn(output)}`);
  return output.trim();
}

/** The error at the end of patronictl's output. */
function reasonIn(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (lines.at(-1) ?? "no reason given").replace(/^Error: /, "");
}
