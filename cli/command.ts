import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { reachOf, type Reach } from "../platforms/reach";
import type { Settings } from "../configs/settings/schema";
import { project, settingsInFile } from "./stackFile";
import { describeLock, locksOf } from "./stackLock";

/** How the user starts this command line: as an npm script in a checkout, or by its name. */
const started = process.env.npm_package_name === "hapg" ? "npm run -s hapg --" : "hapg";

/** A command of the command line, on the stack that `--stack` names. */
export const onStack = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .option("-s, --stack <name>", "name of the stack", process.env.HAPG_STACK ?? "dev");

/** A command that reads the stack file itself, and needs nothing of Pulumi. */
export const onCluster = (name: string, description: string) =>
  onStack(name, description).option(
    "--config-file <path>",
    "stack file; by default Pulumi.STACK.yaml in this folder",
  );

/** Adds examples to a command's help. */
export const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  ${started} ${line}`).join("\n")}`;

/** How the user starts a command of this command line on a stack. */
export const runOn =
  (stack: string) =>
  (command: string, ...words: string[]): string =>
    // What comes after `--` is no option of ours.
    [started, command, ...(stack === "dev" ? [] : ["--stack", stack]), ...words].join(" ");

/** A running cluster, as its stack file describes it. */
export interface Cluster {
  stack: string;
  settings: Settings;
  reach: Reach;
  run: ReturnType<typeof runOn>;
}

/** Locks that killed updates have left on a stack's state, in words, as far as they can be seen without Pulumi. */
export const leftLocks = (stack: string): string[] =>
  (locksOf(project, stack) ?? []).filter(({ isHeld }) => isHeld === false).map(describeLock);

/** Which stack is meant. */
export interface StackOptions {
  stack: string;
  configFile?: string | undefined;
}

/** Does something with the cluster of a stack, without Pulumi, and lets go of it at the end. */
export async function withCluster<T>(
  { stack, configFile }: StackOptions,
  action: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const settings = settingsInFile(stack, configFile);
  return withReach(settings, (reach) => action({ stack, settings, reach, run: runOn(stack) }));
}

/** Does something by the way into a cluster, and closes it at the end. */
export async function withReach<T>(
  settings: Settings,
  action: (reach: Reach) => Promise<T>,
): Promise<T> {
  const reach = reachOf(settings);
  try {
    return await action(reach);
  } finally {
    await reach.close();
  }
}

/** Reads an option's value. @throws {InvalidArgumentError} if it is no whole number of seconds */
export function wholeSeconds(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number of seconds.");
  return number;
}
