// @ts-check
import { createWriteStream, mkdirSync, readdirSync, rmSync } from "node:fs";
import { arch, platform } from "node:process";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isReachable } from "../lib/reach.mjs";
import { installProgram } from "../lib/programs.mjs";
import { run } from "../lib/run.mjs";
import { engineVersion } from "../versions.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

/** Where the vendor publishes its releases. */
export const vendor = "https://get.pulumi.com";

/** How long the download may take. */
const timeoutMs = 15 * 60_000;

/**
 * Downloads the vendor's release and puts its programs in the Pulumi home.
 *
 * @param {Context} context
 * @param {string} host For tests.
 * @returns {Promise<boolean>} False if the vendor cannot be reached or has no release for this
 *   machine.
 */
export async function downloadEngine({ report, work }, host = vendor) {
  if (!(await isReachable(host))) {
    report.line("engine", `${new URL(host).host} is out of reach: no official download`);
    return false;
  }
  const archive = join(work, "engine.tar.gz");
  const folder = join(work, "engine");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const name = `pulumi-v${engineVersion}-${platform}-${arch}.tar.gz`;
  report.line("engine", `downloading pulumi ${engineVersion}`);
  const problem = await report.during("download", () =>
    fetchArchive(`${host}/releases/sdk/${name}`, archive, folder),
  );
  if (problem !== undefined) {
    report.line("engine", `${name}: ${problem}`);
    return false;
  }
  // The release has the engine and the language hosts in one folder.
  const programs = join(folder, "pulumi");
  for (const program of readdirSync(programs)) installProgram(join(programs, program), program);
  return true;
}

/**
 * @param {string} url
 * @param {string} archive
 * @param {string} folder
 * @returns {Promise<string | undefined>} What went wrong.
 */
async function fetchArchive(url, archive, folder) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || response.body === null) return `the download answered ${response.status}`;
    await pipeline(
      Readable.fromWeb(/** @type {any} */ (response.body)),
      createWriteStream(archive),
    );
  } catch (error) {
    return `the download failed: ${/** @type {Error} */ (error).message}`;
  }
  const { ok, error } = await run("tar", ["-xzf", archive, "-C", folder]);
  return ok ? undefined : `the archive cannot be unpacked: ${error.trim()}`;
}
