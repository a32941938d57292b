// @ts-check `node toolchain/python.mjs [--write] [--cache FILE]` checks the project's Python files
// with Ruff, as ESLint and Prettier do with the others. With `--write` it formats them. With
// `--cache` it does not check again what it has found good before. Its exit status is 1 if anything
// is left.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import ruff from "@astral-sh/ruff-wasm-nodejs";

const words = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];

/** Python files of the project, new ones among them. */
const pythonFiles = () =>
  execFileSync("git", [...words, "*.py"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(file));

/** @param {string[]} files */
const settings = (files) => ({
  // That of Debian 12, the oldest system that hosts may have.
  "target-version": "py311",
  "line-length": 100,
  lint: {
    select: [
      ...["E", "W", "F", "I", "B", "UP", "SIM", "C4", "PIE", "RET", "RUF", "PLC", "PLE", "PLW"],
    ],
    // What replaces parts of Patroni imports them late, in an order of its own.
    ignore: ["PLC0415"],
    // Ruff sees one text at a time, and not that these are files beside it.
    isort: { "known-first-party": files.map((file) => basename(file, ".py")) },
  },
});

/**
 * Complaints about a program, one line each, and its text as it should be.
 * @param {string} file its name, for the complaints
 * @param {string} text
 * @param {string[]} files all Python files of the project
 * @returns {{ complaints: string[], formatted: string }}
 */
export function examined(file, text, files) {
  const workspace = new ruff.Workspace(settings(files), ruff.PositionEncoding.Utf16);
  try {
    /** @type {import("@astral-sh/ruff-wasm-nodejs").Diagnostic[]} */
    const found = workspace.check(text);
    const formatted = formattedOr(text, workspace, found.length > 0);
    const complaints = found.map(
      ({ code, message, start_location: { row, column } }) =>
        `${file}:${row}:${column}: ${code ?? "error"} ${message}`,
    );
    if (formatted !== text) complaints.push(`${file}: not formatted; run npm run format`);
    return { complaints, formatted };
  } finally {
    workspace.free();
  }
}

/**
 * A text formatted; as it is if it cannot be read, which there is a complaint about already.
 * @param {string} text
 * @param {ruff.Workspace} workspace
 * @param {boolean} hasComplaints
 */
function formattedOr(text, workspace, hasComplaints) {
  try {
    return workspace.format(text);
  } catch (error) {
    if (hasComplaints) return text;
    throw error;
  }
}

/** @param {{ write: boolean, cache?: string }} options */
function main({ write, cache }) {
  const files = pythonFiles();
  const state = stateOf(files);
  if (cache !== undefined && existsSync(cache) && readFileSync(cache, "utf8") === state) {
    console.log(`${files.length} Python files, unchanged since they were found good`);
    return;
  }
  const complaints = files.flatMap((file) => complaintsAbout(file, files, write));
  for (const complaint of complaints) console.error(complaint);
  console.log(`${files.length} Python files, ${complaints.length} complaints`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
  if (cache === undefined || complaints.length > 0) return;
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, stateOf(files));
}

/**
 * @param {string} file
 * @param {string[]} files all Python files of the project
 * @param {boolean} isWriting
 */
function complaintsAbout(file, files, isWriting) {
  const text = readFileSync(file, "utf8");
  const first = examined(file, text, files);
  if (!isWriting || first.formatted === text) return first.complaints;
  writeFileSync(file, first.formatted);
  return examined(file, first.formatted, files).complaints;
}

/**
 * A digest of the files, of the rules in this program and of Ruff's version.
 * @param {string[]} files
 */
function stateOf(files) {
  const hash = createHash("sha256").update(ruff.Workspace.version());
  for (const file of [fileURLToPath(import.meta.url), ...files])
    hash.update(`\0${basename(file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { write: { type: "boolean", default: false }, cache: { type: "string" } },
  });
  main(values);
}
