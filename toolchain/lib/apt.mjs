// @ts-check
import { join } from "node:path";
import { run } from "./run.mjs";
import { SetupError } from "./setupError.mjs";

const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
/** Another program may be installing packages; that ends. */
const lockTimeout = ["-o", "DPkg::Lock::Timeout=300"];

/** @type {Promise<unknown>} */
let lastInstall = Promise.resolve();

/**
 * Installs Debian packages, without those they only recommend. Installs are done one after another.
 *
 * @param {string[]} packages
 * @param {string} folder For the log.
 * @throws {SetupError} If a package cannot be installed.
 */
export function aptInstall(packages, folder) {
  const install = lastInstall.then(() => installNow(packages, folder));
  lastInstall = install.catch(() => {});
  return install;
}

/**
 * Whether this release of the distribution has a package. Only to be asked when the lists of
 * packages are there: after an install.
 *
 * @param {string} name
 */
export async function hasPackage(name) {
  const { ok, output } = await run("apt-cache", ["policy", name]);
  return ok && /Candidate: (?!\(none\))/.test(output);
}

/**
 * Fetches the lists of packages.
 *
 * @param {string} folder For the log.
 */
export async function aptUpdate(folder) {
  // A failing repository of the user's, with nothing we need, is no reason to stop.
  await run("apt-get", ["update", "-q", ...lockTimeout], { env, log: join(folder, "apt.log") });
}

/**
 * @param {string[]} packages
 * @param {string} folder
 */
async function installNow(packages, folder) {
  const args = ["install", "-q", "-y", "--no-install-recommends", ...lockTimeout, ...packages];
  const options = { env, log: join(folder, "apt.log") };
  if ((await run("apt-get", args, options)).ok) return;
  await aptUpdate(folder); // the lists may be missing or name versions that are gone
  const { ok, output } = await run("apt-get", args, options);
  if (!ok) {
    throw new SetupError(
      `apt-get could not install ${packages.join(" ")}`,
      "Repair what the log complains of, and run set-up again.",
      output,
    );
  }
}
