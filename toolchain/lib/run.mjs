// @ts-check
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

const tailLines = 25;

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

/** Ends all programs that are still running. */
export function endPrograms() {
  for (const child of children) child.kill("SIGTERM");
}

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} [env] Default: this process's.
 * @property {string} [cwd] Default: this process's.
 * @property {number} [timeoutMs] After that the program is ended. Default: none.
 * @property {string} [log] File to write the output to. Default: it is returned.
 *
 * @typedef {object} RunResult
 * @property {boolean} ok Whether the program could be started and ended with status 0.
 * @property {string} output Its standard output or, with `log`, the end of both streams.
 * @property {string} error Its standard error, or why it could not be started; empty with `log`.
 */

/**
 * Runs a program to its end. Never throws for what the program does.
 *
 * With `log` the output goes straight to a file: services that the program starts and leaves behind
 * then hold no pipe of ours open.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<RunResult>}
 */
export function run(program, args, options = {}) {
  const file = options.log === undefined ? undefined : openSync(options.log, "a");
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      timeout: options.timeoutMs,
      stdio: ["ignore", file ?? "pipe", file ?? "pipe"],
    });
    children.add(child);
    let output = "";
    let error = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (error += data));
    /** @param {boolean} ok */
    const end = (ok) => {
      if (!children.delete(child)) return; // a program that cannot be started tells so and closes
      if (file !== undefined) closeSync(file);
      resolve({ ok, output: options.log === undefined ? output : tail(options.log), error });
    };
    child.once("error", (problem) => {
      error = problem.message;
      end(false);
    });
    child.once("close", (code) => end(code === 0));
  });
}

/**
 * The last lines of a text file; nothing if it cannot be read.
 *
 * @param {string} path
 */
export function tail(path) {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-tailLines).join("\n");
  } catch {
    return "";
  }
}
