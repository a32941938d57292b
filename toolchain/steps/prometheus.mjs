// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome } from "../environment.mjs";
import { canInstallPackages } from "../lib/machine.mjs";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";

/** The programs that tests start. */
const programs = /** @type {const} */ (["promtool", "prometheus"]);

/** @typedef {Record<typeof programs[number], string>} Prometheus The programs by name. */

/** @type {Promise<Prometheus> | undefined} */
let found;

/**
 * Prometheus and its tool, which only tests need: those on `PATH`, or else those of Debian's
 * packages. The packages are only unpacked, in the Pulumi home: installed, they would start a server.
 *
 * @returns {Promise<Prometheus>}
 * @throws {SetupError} If there is none and none can be had.
 */
export function setUpPrometheus() {
  found ??= findOrUnpack();
  return found;
}

async function findOrUnpack() {
  if (await answer(named(""))) return named("");
  const folder = join(pulumiHome(), "hapg-prometheus");
  const own = named(`${folder}/`);
  if (programs.every((name) => existsSync(own[name])) && (await answer(own))) return own;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, "unpacked-"));
  try {
    await unpackPackages(work);
    for (const name of programs) renameSync(join(work, "usr", "bin", name), own[name]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return own;
}

/**
 * Unpacks Debian's packages. The package manager downloads them, and needs no rights for that.
 *
 * @param {string} work
 */
async function unpackPackages(work) {
  let result = await download(work);
  if (!result.ok && canInstallPackages()) {
    await run("apt-get", ["update", "-q"]);
    result = await download(work);
  }
  for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
    if (result.ok) result = await run("dpkg-deb", ["-x", join(work, file), work]);
  }
  if (programs.every((name) => existsSync(join(work, "usr", "bin", name)))) return;
  throw new SetupError(
    "the tests of alert rules need Prometheus, and there is none",
    "Install the packages prometheus and promtool (Debian 12 and Ubuntu 24.04: only prometheus), " +
      "or put prometheus and promtool on PATH.",
    result.error,
  );
}

/**
 * promtool has a package of its own since Debian 13; before, it is part of the other.
 *
 * @param {string} work
 */
async function download(work) {
  const get = (/** @type {string[]} */ ...packages) =>
    run("apt-get", ["download", "-q", ...packages], { cwd: work });
  const both = await get("prometheus", "promtool");
  return both.ok ? both : get("prometheus");
}

/**
 * @param {string} prefix
 * @returns {Prometheus}
 */
const named = (prefix) => ({
  promtool: `${prefix}promtool`,
  prometheus: `${prefix}prometheus`,
});

/** @param {Prometheus} all */
async function answer(all) {
  const results = await Promise.all(programs.map((name) => run(all[name], ["--version"])));
  return results.every(({ ok }) => ok);
}
