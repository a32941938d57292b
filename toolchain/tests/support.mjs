// @ts-check
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Reporter } from "../lib/report.mjs";

/** @typedef {import("node:test").TestContext} Test */

/**
 * A folder for one test.
 *
 * @param {Test} t
 */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "hapg-toolchain-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Writes a file and the folders it is in.
 *
 * @param {string} path
 * @param {string | object} content An object is written as JSON.
 */
export function put(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/**
 * Writes a shell script that can be executed.
 *
 * @param {string} path
 * @param {string} body
 */
export function putProgram(path, body) {
  put(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

/**
 * Changes this process's environment for one test.
 *
 * @param {Test} t
 * @param {Record<string, string | undefined>} changes
 */
export function setEnvironment(t, changes) {
  const before = { ...process.env };
  t.after(() => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  });
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/**
 * What the steps share, in a folder of the test's own, and what they have said.
 *
 * @param {Test} t
 * @param {string} folder
 */
export function contextIn(t, folder) {
  /** @type {string[]} */
  const said = [];
  const work = join(folder, "work");
  mkdirSync(work, { recursive: true });
  const report = new Reporter({ write: (/** @type {string} */ text) => said.push(text.trimEnd()) });
  const context = {
    project: folder,
    toolchain: folder,
    work,
    baseImage: "debian:trixie-slim",
    report,
  };
  return { context, said };
}
