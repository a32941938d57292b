// @ts-check
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setUpGo } from "../steps/go.mjs";
import { goEnvironment, goFlags } from "./goEnvironment.mjs";
import { seconds } from "./report.mjs";
import { run } from "./run.mjs";
import { SetupError } from "./setupError.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

/**
 * @typedef {object} Build
 * @property {string} module Folder below `go`.
 * @property {string} name Of the build, for its folder and log.
 * @property {Record<string, string>} packages What to build, with the linker flags of each.
 * @property {string} says What is built, in words.
 */

/**
 * Builds programs from one Go module.
 *
 * @param {Context} context
 * @param {Build} wanted
 * @returns {Promise<string>} The folder with the programs.
 * @throws {SetupError} If there is no Go or the build fails.
 */
export async function build(context, { module, name, packages, says }) {
  const { report, toolchain, work } = context;
  const go = await setUpGo(context);
  const target = join(work, name);
  const log = join(work, `${name}.log`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  report.line("build", `${says} from Go modules`);
  const flags = Object.entries(packages).map(
    ([path, linker]) => `-ldflags=${path}=-s -w ${linker}`,
  );
  const start = Date.now();
  const { ok, output } = await report.during(name, () =>
    run(go, ["build", ...goFlags, ...flags, "-o", `${target}/`, ...Object.keys(packages)], {
      cwd: join(toolchain, "go", module),
      env: goEnvironment(),
      log,
    }),
  );
  if (!ok) {
    throw new SetupError(
      `building ${says} failed; the whole log is ${log}`,
      "Make sure that Go reaches its module proxy (go env GOPROXY) and that 8 GB of disk are free, and run setup again.",
      output,
    );
  }
  report.line("build", `${says} took ${seconds(Date.now() - start)}`);
  return target;
}
