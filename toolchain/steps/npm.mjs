// @ts-check
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";

/** @typedef {import("../setup.mjs").Context} Context */
/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

/**
 * Installs the npm packages that the lock file names, unless they are installed.
 *
 * @param {Context} context
 */
export async function setUpNpm({ project, work, report }) {
  if (areInstalled(project)) {
    report.line("npm", "packages are as package-lock.json says");
    return;
  }
  report.line("npm", "installing packages");
  const log = join(work, "npm.log");
  // Types and the TypeScript runner are needed to run the program, however this process is started.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const { ok, output } = await report.during("npm ci", () =>
    run("npm", args, { cwd: project, log }),
  );
  if (!ok) {
    throw new SetupError(
      "npm ci failed",
      "Make sure that npm reaches its registry (npm ping) and run setup again.",
      output,
    );
  }
  report.line("npm", "packages installed");
}

/**
 * Whether what npm has installed is what the lock file names. Compared by content: a checkout gives
 * a lock file a new time without changing it.
 *
 * @param {string} project
 */
export function areInstalled(project) {
  const wanted = readPackages(join(project, "package-lock.json"));
  const installed = readPackages(join(project, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true; // the project itself
    const found = installed[path];
    // What is optional is left out where it does not fit the machine.
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

/**
 * @param {string} path
 * @returns {Packages | undefined}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}
