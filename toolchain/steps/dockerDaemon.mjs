// @ts-check
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tail } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";

/** @typedef {import("./docker.mjs").EngineAnswer} EngineAnswer */

const pollMs = 500;
const startTimeoutMs = 90_000;

/** Where the daemon and the containerd it starts note their process numbers. */
const pidFiles = ["/var/run/docker.pid", "/var/run/docker/containerd/containerd.pid"];

/** The daemon's own log, as it outlives this process. */
const logFile = "/var/log/dockerd.log";

/**
 * Starts dockerd on a machine without a service manager, and waits until it answers. One that is
 * just starting is waited for, too. It goes on running when this process ends.
 *
 * @param {() => Promise<EngineAnswer>} ask
 * @returns {Promise<string>} The version of the Engine.
 * @throws {SetupError} If it ends or does not answer in time.
 */
export async function startDaemon(ask) {
  const running = clearStalePidFiles(pidFiles);
  const ended = running ? () => false : spawnDaemon();
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(pollMs)) {
    const { version } = await ask();
    if (version !== undefined) return version;
    if (ended()) break;
  }
  throw new SetupError(
    "dockerd does not come up",
    `Repair what its log ${logFile} complains of, and run setup again. A container needs to be privileged for it.`,
    tail(logFile),
  );
}

/**
 * Removes process numbers that were left by a daemon that is gone. The daemon itself only sees
 * whether a process by that number exists, which may be any program's by now.
 *
 * @param {string[]} files The first one is the daemon's.
 * @param {string} processes Folder with a folder for each process.
 * @returns {boolean} Whether the daemon is running.
 */
export function clearStalePidFiles(files, processes = "/proc") {
  const programs = ["dockerd", "containerd"];
  const alive = files.map((file, i) => {
    const pid = read(file);
    if (pid === undefined) return false;
    const program = read(`${processes}/${pid}/comm`);
    if (program !== undefined && program === programs[i]) return true;
    rmSync(file, { force: true });
    return false;
  });
  return alive[0] === true;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

/**
 * Starts dockerd so that nothing ties it to this process: neither its session nor its streams.
 *
 * @returns {() => boolean} Whether it has ended.
 */
function spawnDaemon() {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
  const daemon = spawn("dockerd", [], { cwd: "/", detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  let over = false;
  daemon.once("exit", () => (over = true));
  daemon.once("error", () => (over = true));
  daemon.unref();
  return () => over;
}
