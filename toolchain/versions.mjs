// @ts-check
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./lib/setupError.mjs";

/** Name of the image on which all images of the project are built. */
export const baseImage = "debian:trixie-slim";

/** Engine that is downloaded or built, without a leading v. Raised together with `go/engine`. */
export const engineVersion = "3.232.0";

/** Oldest Go that can fetch the newer Go that a module asks for. */
export const oldestGo = "1.21.0";

/** Pulumi plugins by name; each belongs to the npm package `@pulumi/<name>`. */
export const pluginNames = /** @type {const} */ (["docker", "command", "random", "tls"]);

/** @typedef {typeof pluginNames[number]} PluginName */
/** @typedef {{ name: PluginName, version: string }} Plugin */

/**
 * The plugins at the versions of the npm packages that use them. Read from the lock file, which is
 * what `npm ci` installs, so that it can be asked before that has run.
 *
 * @param {string} project Folder of the project.
 * @returns {Plugin[]}
 * @throws {SetupError} If a package is not in the lock file.
 */
export function plugins(project) {
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  return pluginNames.map((name) => {
    const version = lock.packages?.[`node_modules/@pulumi/${name}`]?.version;
    if (typeof version !== "string") {
      throw new SetupError(
        `package-lock.json does not name @pulumi/${name}`,
        "Run npm install in the project's folder, and run setup again.",
      );
    }
    return { name, version };
  });
}

/**
 * Whether an engine can run the project: the same major version, and not older than the one that
 * the project is tested with.
 *
 * @param {string} version
 */
export function isUsableEngine(version) {
  const major = (/** @type {string} */ text) => text.split(".")[0];
  return major(version) === major(engineVersion) && compareVersions(version, engineVersion) >= 0;
}

/**
 * Compares two versions by their numbers.
 *
 * @param {string} left
 * @param {string} right
 * @returns {number} Negative if left is older, positive if it is newer, else 0.
 */
export function compareVersions(left, right) {
  const numbers = (/** @type {string} */ text) =>
    text.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(left), numbers(right)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
