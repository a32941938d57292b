import { readdirSync } from "node:fs";
import { Command } from "@commander-js/extra-typings";
import { markdownPage, textPage } from "../../plan/page";
import { type Drafts, plansFor, UnreadableStack } from "../../plan/plans";
import { UnknownCommit, type Version, versionAt, workingTree } from "../../plan/versions";
import { examples } from "../command";
import { exitCode, Failure } from "../failure";
import { settingsInFile } from "../stackFile";
import { print, printJson } from "../terminal";

/**
 * `hapg plan`: what an update from one version to another will do to each stack's cluster. Reads
 * files only: no credentials, no Pulumi engine, no Docker Engine and no cluster.
 */
export const plan = new Command("plan")
  .description("show what a change of the stack files or the program will do, without a cluster")
  .option("--base <ref>", "the version that runs", "origin/main")
  .option("--head <ref>", "the version to come; by default the working tree")
  .option("-s, --stack <name...>", "stacks; by default all with a stack file")
  .option("--json", "print JSON")
  .option("--markdown", "print Markdown, as for a pull request")
  .option("--diff", "print the changed lines of the services' files as well")
  .option("--describe", "print one stack of this version as JSON, without a comparison")
  .addHelpText(
    "after",
    examples(
      "plan --base main",
      "plan --base v1.2 --head v1.3 --stack prod --diff",
      "plan --markdown",
    ),
  )
  .action(async ({ base, head, stack, json, markdown, diff, describe }) => {
    if (describe === true) {
      print(JSON.stringify(await described(stack ?? stacksIn(workingTree()))));
      return;
    }
    const before = await usable(versionAt(base));
    const after = head === undefined ? workingTree() : await usable(versionAt(head));
    const plans = await usable(plansFor(stack ?? stacksIn(after), before, after));
    if (json === true) printJson(plans);
    else if (markdown === true) print(markdownPage(plans));
    else print(plans.map((one) => textPage(one, diff === true)).join("\n\n"));
    if (plans.some(({ refused }) => refused.length > 0)) process.exitCode = exitCode.refused;
  });

/** Takes what a user can mend for wrong usage. */
const usable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UnknownCommit || error instanceof UnreadableStack)
      throw new Failure(error.message, exitCode.wrongUsage);
    throw error;
  }
};

const stacksIn = ({ folder }: Version): string[] =>
  readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.slice(1) ?? []);

async function described(stacks: string[]): Promise<Drafts> {
  // Pulumi's SDK takes longer to load than all other commands.
  const { draftOf } = await import("../../plan/draft.js");
  const drafts: Drafts = {};
  for (const stack of stacks) {
    try {
      drafts[stack] = await draftOf(settingsInFile(stack));
    } catch (error) {
      drafts[stack] = { problem: (error as Error).message };
    }
  }
  return drafts;
}
