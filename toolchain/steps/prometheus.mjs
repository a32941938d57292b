// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome } from "../environment.mjs";
import { canInstallPackages } from "../lib/machine.mjs";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";

/** The programs of Debian's package that tests start. */
const programs = /** @type {const} */ (["promtool", "prometheus"]);

/** @typedef {Record<typeof programs[number], string>} Prometheus The programs by name. */

/** @type {Promise<Prometheus> | undefined} */
let found;

/**
 * Prometheus and its tool, which only tests need: those on `PATH`, or else those of Debian's
 * package. The package is only unpacked, in the Pulumi home: installed, it would start a server.
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
    await unpackPackage(work);
    for (const name of programs) renameSync(join(work, "usr", "bin", name), own[name]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return own;
}

/**
 * Unpacks Debian's package. The package manager downloads it, and needs no rights for that.
 *
 * @param {string} work
 */
async function unpackPackage(work) {
  const download = () => run("apt-get", ["download", "-q", "prometheus"], { cwd: work });
  let result = await download();
  if (!result.ok && canInstallPackages()) {
    await run("apt-get", ["update", "-q"]);
    result = await download();
  }
  const file = readdirSync(work).find((name) => name.endsWith(".deb"));
  if (result.ok && file !== undefined) {
    result = await run("dpkg-deb", ["-x", join(work, file), work]);
    if (result.ok) return;
  }
  throw new SetupError(
    "the tests of alert rules need Prometheus, and there is none",
    "Install the package prometheus, or put prometheus and promtool on PATH.",
    result.error,
  );
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
