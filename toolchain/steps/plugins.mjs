// @ts-check
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment, pulumiHome } from "../environment.mjs";
import { build } from "../lib/build.mjs";
import { isReachable } from "../lib/reach.mjs";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";
import { plugins } from "../versions.mjs";
import { vendor } from "./engineDownload.mjs";

/** @typedef {import("../setup.mjs").Context} Context */
/** @typedef {import("../versions.mjs").Plugin} Plugin */

const installTimeoutMs = 15 * 60_000;

/**
 * Makes sure that the engine has the plugins that the npm packages ask for.
 *
 * @param {Context} context
 * @param {Promise<boolean>} engine Whether there is an engine, as soon as that is known.
 */
export async function setUpPlugins(context, engine) {
  const { project, report } = context;
  const wanted = plugins(project);
  const all = wanted.map(({ name, version }) => `${name} ${version}`).join(", ");
  const missing = wanted.filter((plugin) => !isInstalled(plugin));
  if (missing.length === 0) {
    report.line("plugins", all);
    return;
  }
  const left = (await isReachable(vendor)) ? await download(context, missing, engine) : missing;
  if (left.length > 0) await buildPlugins(context, left, engine);
  if (await engine) report.line("plugins", `${all} installed`);
}

/**
 * Whether the engine has a plugin, whole: while it installs one there is a file with that ending.
 *
 * @param {Plugin} plugin
 */
function isInstalled({ name, version }) {
  const folder = join(pulumiHome(), "plugins", `resource-${name}-v${version}`);
  return existsSync(join(folder, `pulumi-resource-${name}`)) && !existsSync(`${folder}.partial`);
}

/**
 * Lets the engine download plugins.
 *
 * @param {Context} context
 * @param {Plugin[]} missing
 * @param {Promise<boolean>} engine
 * @returns {Promise<Plugin[]>} Those that it could not get.
 */
async function download({ report }, missing, engine) {
  if (!(await engine)) return [];
  const results = await Promise.all(
    missing.map(async (plugin) => {
      const says = `${plugin.name} ${plugin.version}`;
      report.line("plugins", `downloading ${says}`);
      const { ok } = await report.during(`${plugin.name} plugin`, () => pulumiInstall(plugin));
      if (!ok) report.line("plugins", `${says}: the download failed`);
      return ok;
    }),
  );
  return missing.filter((_, i) => results[i] !== true);
}

/**
 * @param {Context} context
 * @param {Plugin[]} missing
 * @param {Promise<boolean>} engine
 */
async function buildPlugins(context, missing, engine) {
  const binary = (/** @type {Plugin} */ { name }) => `pulumi-resource-${name}`;
  const folder = await build(context, {
    module: "plugins",
    name: "plugins",
    packages: Object.fromEntries(
      missing.map((plugin) => [
        `hapg/toolchain/plugins/cmd/${binary(plugin)}`,
        `-X main.version=${plugin.version}`,
      ]),
    ),
    says: `the plugins ${missing.map(({ name }) => name).join(", ")}`,
  });
  if (!(await engine)) return;
  for (const plugin of missing) {
    const { ok, error } = await pulumiInstall(
      plugin,
      "--file",
      join(folder, binary(plugin)),
      "--reinstall",
    );
    if (!ok) {
      throw new SetupError(
        `pulumi could not install the ${plugin.name} plugin it was given`,
        "Repair what it complains of, and run setup again.",
        error,
      );
    }
  }
  rmSync(folder, { recursive: true, force: true }); // the engine has copies
}

/**
 * @param {Plugin} plugin
 * @param {string[]} options
 */
function pulumiInstall({ name, version }, ...options) {
  return run("pulumi", ["plugin", "install", "resource", name, version, ...options], {
    env: pulumiEnvironment(),
    timeoutMs: installTimeoutMs,
  });
}
