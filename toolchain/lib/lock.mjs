// @ts-check
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 500;

/**
 * Takes a lock that processes of this machine share, waiting for whoever holds it. A lock whose
 * holder has died is taken over.
 *
 * @param {string} path The lock's file. Its folder is made.
 * @param {(holder: number) => void} waiting Called once, with a process id, if there is a wait.
 * @returns {Promise<() => void>} Gives the lock back.
 */
export async function takeLock(path, waiting) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!create(path)) {
    const holder = holderOf(path);
    if (holder === undefined) continue; // given back in this moment
    if (!isRunning(holder)) {
      breakLock(path, holder);
      continue;
    }
    if (!told) waiting(holder);
    told = true;
    await sleep(pollMs);
  }
  return () => rmSync(path, { force: true });
}

/**
 * Makes the lock's file with its content in one step, so that nobody ever reads an empty one.
 *
 * @param {string} path
 */
function create(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} path */
function holderOf(path) {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch {
    return undefined;
  }
}

/**
 * Removes the lock of a dead process. Someone else may have done so and taken it since: then it is
 * put back.
 *
 * @param {string} path
 * @param {number} dead
 */
function breakLock(path, dead) {
  const broken = `${path}.${process.pid}`;
  try {
    renameSync(path, broken);
    if (holderOf(broken) !== dead) linkSync(broken, path);
  } catch {
    // somebody was quicker
  } finally {
    rmSync(broken, { force: true });
  }
}

/**
 * Whether a process is still a setup: its number may be in use by another program by now.
 *
 * @param {number} pid
 */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("node");
  } catch {
    return true; // this system has no such file
  }
}
