import { paths } from "../../configs/cluster/paths";
import { namesOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { lookAtPart } from "../look/look";
import type { Backup, Rehearsal, RepositoryFacts } from "../look/repositoryFacts";

/** The name of the repository's service. @throws {Error} if the stack file has no backups */
export function repositoryOf(settings: Settings): string {
  const [name] = namesOf("repository", settings);
  if (name === undefined)
    throw new Error("The stack has no backups: set hapg:backup enabled to true, and run `up`.");
  return name;
}

/** What the repository knows. @throws {Error} if it does not answer */
export async function askRepository(settings: Settings, reach: Reach): Promise<RepositoryFacts> {
  const name = repositoryOf(settings);
  const [seen] = await lookAtPart("repositories", settings, reach);
  if (seen?.facts === undefined)
    throw new Error(`${name} does not answer: ${seen?.silence ?? "it is not there"}.`);
  return seen.facts;
}

/**
 * Runs one of the actions of the repository's program to its end. It continues there if this
 * process ends.
 * @param onLine receives what it prints, line by line
 * @throws {Error} with what it says last if it fails
 */
export async function onRepository(
  settings: Settings,
  reach: Pick<Reach, "converse">,
  words: string[],
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const name = repositoryOf(settings);
  const talk = await reach.converse(name, ["python3", paths.repositoryTool, ...words]);
  for (let line = await talk.hear(); line !== undefined; line = await talk.hear()) onLine(line);
  const { status, output } = await talk.end();
  if (status === 0) return;
  const last = output.trim().split("\n").at(-1) ?? "";
  throw new Error(`${name}: ${last === "" ? `ended with ${String(status)}` : last}`);
}

/** Takes a backup now and returns it. @throws {Error} with pgBackRest's error */
export async function takeBackup(
  settings: Settings,
  reach: Reach,
  type: Backup["type"],
  onLine?: (line: string) => void,
): Promise<Backup> {
  await onRepository(settings, reach, ["backup", type], onLine);
  const taken = (await askRepository(settings, reach)).backups?.at(-1);
  if (taken === undefined) throw new Error("The repository has no backup after a backup.");
  return taken;
}

/** Rehearses a restore and returns what it found. @throws {Error} with the step that failed */
export async function rehearse(
  settings: Settings,
  reach: Reach,
  onLine?: (line: string) => void,
): Promise<Rehearsal> {
  await onRepository(settings, reach, ["rehearse"], onLine);
  const { rehearsal } = await askRepository(settings, reach);
  if (rehearsal === null || rehearsal.error !== null)
    throw new Error("The repository has no result of the rehearsal.");
  return rehearsal as Rehearsal;
}
