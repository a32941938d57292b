import { readdirSync } from "node:fs";
import { Command } from "@commander-js/extra-typings";
import type { Draft } from "../../plan/draft";
import { markdownPage, textPage } from "../../plan/page";
import { type Plan, planOf } from "../../plan/plan";
import { haveSamePackages, type Version, versionAt, workingTree } from "../../plan/versions";
import { run } from "../../platforms/command";
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
    const before = await existing(base);
    const after = head === undefined ? workingTree() : await existing(head);
    const plans = await plansFor(stack ?? stacksIn(after), before, after);
    if (json === true) printJson(plans);
    else if (markdown === true) print(markdownPage(plans));
    else print(plans.map((one) => textPage(one, diff === true)).join("\n\n"));
    if (plans.some(({ refused }) => refused.length > 0)) process.exitCode = exitCode.refused;
  });

async function existing(ref: string): Promise<Version> {
  try {
    return await versionAt(ref);
  } catch (error) {
    throw new Failure((error as Error).message, exitCode.wrongUsage);
  }
}

const stacksIn = ({ folder }: Version): string[] =>
  readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.slice(1) ?? []);

/** What stops a stack of one version from being described. */
interface Problem {
  problem: string;
}

/** Stacks by name. */
type Drafts = Record<string, Draft | Problem>;

/** Each version is described by its own program, if both have the same packages. */
async function plansFor(stacks: string[], base: Version, head: Version): Promise<Plan[]> {
  const samePackages = haveSamePackages(base, head);
  const [own, wanted] = await Promise.all([
    draftsIn(base, samePackages ? base : head, stacks),
    draftsIn(head, head, stacks),
  ]);
  if (typeof wanted === "string") throw new Failure(wanted, exitCode.failed);
  const isOlder = typeof own === "string";
  const former = isOlder ? await draftsIn(base, head, stacks) : own;
  if (typeof former === "string") throw new Failure(former, exitCode.failed);
  const notes = [...(samePackages ? [] : [otherPackages]), ...(isOlder ? [olderProgram] : [])];
  return stacks.map((stack) => {
    const [before, after] = [former[stack], wanted[stack]];
    if (after === undefined || "problem" in after)
      throw new Failure(`${stack} of ${head.ref}: ${after?.problem ?? ""}`, exitCode.wrongUsage);
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
  "The former version has no such command: only settings were compared, and what the program " +
  "changes is not known.";

/**
 * Stacks of one version as a program describes them, in a process of its own.
 * @returns a text if it cannot: the reason
 */
async function draftsIn(files: Version, program: Version, stacks: string[]) {
  const { folder } = program;
  const { status, output } = await run([
    ...[
      "env",
      "-C",
      files.folder,
      process.execPath,
      "--require",
      `${folder}/toolchain/onDemand.cjs`,
    ],
    ...[`${folder}/toolchain/hapg.cjs`, "plan", "--describe", "--stack", ...stacks],
  ]);
  return status === 0 ? (JSON.parse(output) as Drafts) : output.trim();
}

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
