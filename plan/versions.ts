import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../platforms/command";
import { cacheHome, cacheOf } from "../toolchain/cache.cjs";

/** One version of program and stack files in a folder of its own. */
export interface Version {
  /** What the user has named. */
  ref: string;
  folder: string;
}

/** A commit that is not in this repository. The message has the command that fetches it. */
export class UnknownCommit extends Error {}

/** How long the files of a commit are kept after their last use, in milliseconds. */
const keptFor = 24 * 60 * 60 * 1000;

/** The user's own checkout, as it is. */
export const workingTree = (): Version => ({ ref: "the working tree", folder: process.cwd() });

/**
 * A commit's files, with this checkout's packages. They are kept for the next time.
 * @param ref a branch, tag or commit
 * @throws {UnknownCommit} if there is none
 */
export async function versionAt(ref: string): Promise<Version> {
  const found = await run(["git", "rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (found.status !== 0) {
    throw new UnknownCommit(
      `There is no commit ${ref} here. In a shallow clone, fetch it first: ` +
        `git fetch origin ${ref.replace(/^origin\//, "")}`,
    );
  }
  const commit = found.output.trim();
  const versions = join(cacheHome(), "versions");
  mkdirSync(versions, { recursive: true });
  const folder = join(versions, commit);
  if (!existsSync(folder)) await unpack(commit, versions, folder);
  utimesSync(folder, new Date(), new Date());
  removeUnused(versions);
  return { ref, folder };
}

async function unpack(commit: string, versions: string, folder: string): Promise<void> {
  const made = mkdtempSync(join(versions, "new-"));
  const archive = join(made, "files.tar");
  const words = ["git", "archive", "--format=tar", `--output=${archive}`, commit];
  for (const step of [words, ["tar", "-xf", archive, "-C", made]]) {
    const { status, output } = await run(step);
    if (status !== 0) throw new Error(`${commit} cannot be read: ${output.trim()}`);
  }
  rmSync(archive);
  symlinkSync(resolve("node_modules"), join(made, "node_modules"));
  try {
    renameSync(made, folder);
  } catch {
    // Another process was first, with the same.
    rmSync(made, { recursive: true, force: true });
  }
}

/** Removes versions that nobody has used for long, and what toolchain/compiled.cjs has kept of them. */
function removeUnused(versions: string): void {
  for (const one of readdirSync(versions)) {
    const folder = join(versions, one);
    if (Date.now() - statSync(folder).mtimeMs < keptFor) continue;
    rmSync(folder, { recursive: true, force: true });
    rmSync(cacheOf(folder), { recursive: true, force: true });
  }
}

/** Whether two versions use the same packages: this checkout has only its own. */
export function haveSamePackages(one: Version, other: Version): boolean {
  const lockOf = ({ folder }: Version) => {
    const file = join(folder, "package-lock.json");
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return lockOf(one) === lockOf(other);
}
