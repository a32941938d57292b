import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { reachOf } from "../platforms/byPlatform";
import type { Reach } from "../platforms/reach";
import type { Settings } from "../configs/settings/schema";
import { project, settingsInFile } from "./stackFile";
import { describeLock, locksOf } from "./stackLock";

/** How the user starts this command line: as an npm script in a checkout, or by its name. */
const started = process.env.npm_package_name === "hapg" ? "npm run -s hapg --" : "hapg";

/** A command for the stack that `--stack` names. */
export const onStack = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .option("-s, --stack <name>", "name of the stack", process.env.HAPG_STACK ?? "dev");

/** A command that reads the stack file itself and does not need Pulumi. */
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
    // Words after `--` are not options of hapg.
    [started, command, ...(stack === "dev" ? [] : ["--stack", stack]), ...words].join(" ");

/** A running cluster, as described by its stack file. */
export interface Cluster {
  stack: string;
  settings: Settings;
  reach: Reach;
  run: ReturnType<typeof runOn>;
}

/** Locks of killed updates on a stack's state, in words, if they can be read without Pulumi. */
export const leftLocks = (stack: string): string[] =>
  (locksOf(project, stack) ?? []).filter(({ isHeld }) => isHeld === false).map(describeLock);

/** The name of the stack. */
export interface StackOptions {
  stack: string;
  configFile?: string | undefined;
}

/** Runs an action on a stack's cluster without Pulumi, and closes the connections at the end. */
export async function withCluster<T>(
  { stack, configFile }: StackOptions,
  action: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const settings = settingsInFile(stack, configFile);
  return withReach(settings, (reach) => action({ stack, settings, reach, run: runOn(stack) }));
}

/** Runs an action with connections to a cluster, and closes them at the end. */
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

/**
 * Parses an option's value. @throws {InvalidArgumentError} if it is not a whole number of seconds
 */
export function wholeSeconds(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number of seconds.");
  return number;
}
