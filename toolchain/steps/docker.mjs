// @ts-check
import { pulumiEnvironment } from "../environment.mjs";
import { aptInstall } from "../lib/apt.mjs";
import { canInstallPackages, hasSystemd, isRoot } from "../lib/machine.mjs";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";
import { startDaemon } from "./dockerDaemon.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

/** How long the Engine may take to say who it is. */
const infoTimeoutMs = 10_000;

/**
 * Makes sure that a Docker Engine answers. Installs and starts one where it may; never stops one.
 *
 * @param {Context} context
 */
export async function setUpDocker(context) {
  const { report } = context;
  const engine = await askEngine();
  if (engine.version !== undefined) {
    report.line("docker", `Engine ${engine.version}`);
    return;
  }
  refuseForeign(engine.problem);
  if (!isRoot()) {
    throw new SetupError(
      `no Docker Engine answers: ${engine.problem}`,
      "Install Docker, start it, and allow this user to use it (for example: usermod -aG docker NAME), then run setup again.",
    );
  }
  if (!(await run("dockerd", ["--version"])).ok || !(await run("docker", ["--version"])).ok) {
    await installDocker(context);
  }
  report.line("docker", "starting the Engine");
  const version = await report.during("docker", async () => {
    if (hasSystemd()) {
      await run("systemctl", ["start", "docker"]);
      return waitForSystemd();
    }
    return startDaemon(askEngine);
  });
  report.line("docker", `Engine ${version} started`);
}

/**
 * @typedef {object} EngineAnswer
 * @property {string | undefined} version Undefined if no Engine answers.
 * @property {string} problem Why there is no version.
 */

/** @returns {Promise<EngineAnswer>} */
export async function askEngine() {
  const { ok, output, error } = await run("docker", ["info", "--format", "{{.ServerVersion}}"], {
    env: pulumiEnvironment(),
    timeoutMs: infoTimeoutMs,
  });
  const version = output.trim();
  // Older clients end well although the server does not answer.
  return ok && version !== ""
    ? { version, problem: "" }
    : { version: undefined, problem: error.trim() || "it does not answer" };
}

/**
 * An Engine that the user has pointed us to is not ours to replace by another.
 *
 * @param {string} problem
 */
function refuseForeign(problem) {
  const { DOCKER_HOST, DOCKER_CONTEXT } = pulumiEnvironment();
  const chosen = DOCKER_HOST ?? DOCKER_CONTEXT;
  if (chosen === undefined) return;
  throw new SetupError(
    `the Docker Engine at ${chosen} does not answer: ${problem}`,
    "Start that Engine, or unset DOCKER_HOST, DOCKER_CONTEXT and the current docker context, and run setup again.",
  );
}

/** @param {Context} context */
async function installDocker({ report, work }) {
  if (!canInstallPackages()) {
    throw new SetupError(
      "there is no Docker Engine",
      "Install Docker as its makers describe for this system, and run setup again.",
    );
  }
  report.line("docker", "installing the packages of the Engine");
  await report.during("apt-get", () =>
    // Newer releases have the client in a package of its own, which the Engine only recommends.
    aptInstall(["docker.io", "iptables"], { work, ifThere: ["docker-cli"] }),
  );
}

async function waitForSystemd() {
  for (let i = 0; i < 60; i++) {
    const { version } = await askEngine();
    if (version !== undefined) return version;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const { output } = await run("journalctl", ["--unit", "docker", "--lines", "25", "--no-pager"]);
  throw new SetupError(
    "systemd has not brought the Docker Engine up within a minute",
    "Repair what its log complains of (journalctl -u docker), and run setup again.",
    output,
  );
}
