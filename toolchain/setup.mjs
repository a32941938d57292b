// @ts-check
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pulumiHome } from "./environment.mjs";
import { takeLock } from "./lib/lock.mjs";
import { Reporter, seconds } from "./lib/report.mjs";
import { endPrograms } from "./lib/run.mjs";
import { SetupError } from "./lib/setupError.mjs";
import { setUpBaseImage } from "./steps/baseImage.mjs";
import { setUpDocker } from "./steps/docker.mjs";
import { setUpEngine } from "./steps/engine.mjs";
import { setUpNpm } from "./steps/npm.mjs";
import { setUpPlugins } from "./steps/plugins.mjs";
import { baseImage } from "./versions.mjs";

/**
 * What the steps share.
 *
 * @typedef {object} Context
 * @property {string} project Folder of the project.
 * @property {string} toolchain Folder of this file.
 * @property {string} work Folder for logs and unfinished results, in the Pulumi home so that a
 *   result can be moved to its place in one step. Only the holder of the lock uses it.
 * @property {string} baseImage Image on which the others are built.
 * @property {Reporter} report
 */

const usage = `Usage: node toolchain/setup.mjs [options]

Makes this machine able to run "pulumi up" for this project. What is there is left alone, so it can
be run at any time.

  --base-image NAME  Image on which the project's images are built. Default: ${baseImage}
  --without-docker   For clusters on virtual machines: no Docker Engine and no base image.
  --help             This text.
`;

const { values: options } = parseArgs({
  options: {
    "base-image": { type: "string", default: baseImage },
    "without-docker": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) {
  process.stdout.write(usage);
} else {
  process.exitCode = (await setUp()) ? 0 : 1;
}

/** @returns {Promise<boolean>} Whether the machine is ready. */
async function setUp() {
  const start = Date.now();
  const report = new Reporter();
  const toolchain = fileURLToPath(new URL(".", import.meta.url));
  const work = join(pulumiHome(), "hapg-setup");
  mkdirSync(work, { recursive: true });
  const giveBack = await takeLock(join(work, "lock"), (holder) =>
    report.line("setup", `another one is running (process ${holder}): waiting for it`),
  );
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => {
      endPrograms();
      giveBack();
      process.exit(1);
    });
  }
  try {
    /** @type {Context} */
    const context = {
      project: resolve(toolchain, ".."),
      toolchain,
      work,
      baseImage: options["base-image"] ?? baseImage,
      report,
    };
    const ready = await runSteps(context);
    const end = seconds(Date.now() - start);
    report.line(
      "setup",
      ready ? `ready after ${end}` : `failed after ${end}; what was done is kept`,
    );
    return ready;
  } finally {
    giveBack();
  }
}

/**
 * Runs the steps side by side, as far as one does not need another.
 *
 * @param {Context} context
 */
async function runSteps(context) {
  /**
   * @param {string} name
   * @param {Promise<unknown>} work
   */
  const step = (name, work) =>
    work.then(
      () => true,
      (error) => {
        tellFailure(context.report, name, error);
        return false;
      },
    );
  const engine = step("engine", setUpEngine(context));
  const steps = [
    step("npm", setUpNpm(context)),
    engine,
    step("plugins", setUpPlugins(context, engine)),
  ];
  if (options["without-docker"] !== true) {
    steps.push(
      step(
        "docker",
        setUpDocker(context).then(() => setUpBaseImage(context)),
      ),
    );
  }
  return (await Promise.all(steps)).every((done) => done);
}

/**
 * @param {Reporter} report
 * @param {string} step
 * @param {unknown} error
 */
function tellFailure(report, step, error) {
  if (!(error instanceof SetupError)) {
    report.line(step, `FAILED: ${error instanceof Error ? error.stack : String(error)}`);
    return;
  }
  if (error.details !== "") report.line(step, error.details.replaceAll("\n", "\n    "));
  report.line(step, `FAILED: ${error.message}`);
  report.line(step, error.advice);
}
