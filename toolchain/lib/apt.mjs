// @ts-check
import { join } from "node:path";
import { run } from "./run.mjs";
import { SetupError } from "./setupError.mjs";

const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
/** Another program may be installing packages; that ends. */
const lockTimeout = ["-o", "DPkg::Lock::Timeout=300"];

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Does what needs the package manager, which serves one at a time.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function inTurn(work) {
  const result = last.then(work);
  last = result.catch(() => {});
  return result;
}

/**
 * Installs Debian packages, without those they only recommend.
 *
 * @param {string[]} packages
 * @param {object} options
 * @param {string} options.work Folder for the log.
 * @param {string[]} [options.ifThere] Packages to install as well where the release has them.
 * @throws {SetupError} If a package cannot be installed.
 */
export function aptInstall(packages, { work, ifThere = [] }) {
  const log = join(work, "apt.log");
  return inTurn(async () => {
    // A failing repository of the user's, with nothing we need, is no reason to stop.
    await run("apt-get", ["update", "-q"], { env, log });
    const all = [...packages];
    for (const name of ifThere) {
      const { ok, output } = await run("apt-cache", ["policy", name]);
      if (ok && /Candidate: (?!\(none\))/.test(output)) all.push(name);
    }
    const args = ["install", "-q", "-y", "--no-install-recommends", ...lockTimeout, ...all];
    const { ok, output } = await run("apt-get", args, { env, log });
    if (!ok) {
      throw new SetupError(
        `apt-get could not install ${all.join(" ")}`,
        "Repair what the log complains of, and run setup again.",
        output,
      );
    }
  });
}
