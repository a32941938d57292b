// @ts-check
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment } from "../environment.mjs";
import { aptInstall } from "../lib/apt.mjs";
import { canInstallPackages } from "../lib/machine.mjs";
import { run, tail } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

/** How long a registry may take to hand out the image. */
const pullTimeoutMs = 5 * 60_000;

/** What the image starts if nothing else is asked for, as in the one from the registry. */
const imageChange = 'CMD ["bash"]';

/**
 * Makes sure that the Engine has the image on which all others are built.
 *
 * @param {Context} context
 */
export async function setUpBaseImage(context) {
  const { baseImage, report } = context;
  const env = pulumiEnvironment();
  if ((await run("docker", ["image", "inspect", baseImage], { env })).ok) {
    report.line("base image", baseImage);
    return;
  }
  report.line("base image", `pulling ${baseImage}`);
  const pulled = await report.during("pull", () =>
    run("docker", ["pull", "--quiet", baseImage], { env, timeoutMs: pullTimeoutMs }),
  );
  if (pulled.ok) {
    report.line("base image", `${baseImage} pulled`);
    return;
  }
  report.line(
    "base image",
    "the registry is out of reach: building the image from Debian packages",
  );
  await bootstrap(context, pulled.error);
  report.line("base image", `${baseImage} built`);
}

/**
 * Builds the image with mmdebstrap, under a passing name until it is whole.
 *
 * @param {Context} context
 * @param {string} pullProblem
 */
async function bootstrap({ baseImage, report, work }, pullProblem) {
  const suite = suiteOf(baseImage);
  if (suite === undefined) {
    throw new SetupError(
      `${baseImage} can neither be pulled nor built`,
      "Make the image's registry reachable, or name a Debian image such as debian:trixie-slim.",
      pullProblem,
    );
  }
  if (!(await run("mmdebstrap", ["--version"])).ok) {
    if (!canInstallPackages()) {
      throw new SetupError(
        `${baseImage} cannot be pulled, and there is no mmdebstrap to build it with`,
        "Make the registry reachable, or install mmdebstrap, and run setup again.",
        pullProblem,
      );
    }
    await report.during("apt-get", () =>
      aptInstall(["mmdebstrap", "debian-archive-keyring"], { work }),
    );
  }
  const unfinished = `${baseImage}-unfinished`;
  const log = join(work, "base-image.log");
  const built = await report.during("mmdebstrap", () => importSystem(suite, unfinished, log));
  const env = pulumiEnvironment();
  const named = built && (await run("docker", ["tag", unfinished, baseImage], { env })).ok;
  await run("docker", ["rmi", unfinished], { env }); // only the passing name, if there is another
  if (!named) {
    throw new SetupError(
      `${baseImage} could not be built; the whole log is ${log}`,
      "Make sure that apt-get reaches a Debian mirror, and run setup again.",
      tail(log),
    );
  }
}

/**
 * The Debian release in an image's name.
 *
 * @param {string} image
 * @returns {string | undefined} Undefined if this is no image of Debian's.
 */
export function suiteOf(image) {
  return /^(?:.*\/)?debian:([a-z]+)(?:-slim)?$/.exec(image)?.[1];
}

/**
 * @param {string} suite
 * @param {string} image
 * @param {string} logFile
 * @returns {Promise<boolean>} Whether both programs ended well.
 */
async function importSystem(suite, image, logFile) {
  const log = openSync(logFile, "w");
  const system = spawn(
    "mmdebstrap",
    ["--variant=minbase", "--include=ca-certificates", suite, "-"],
    {
      stdio: ["ignore", "pipe", log],
    },
  );
  const load = spawn("docker", ["import", "--change", imageChange, "-", image], {
    env: pulumiEnvironment(),
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  if (system.stdout !== null && load.stdin !== null) {
    load.stdin.on("error", () => {}); // it has ended early: its status says so
    system.stdout.pipe(load.stdin);
  }
  const ends = await Promise.all([system, load].map(endOf));
  return ends.every((status) => status === 0);
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number | null>} Its status; null if it was not started or was killed.
 */
function endOf(child) {
  return new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
}
