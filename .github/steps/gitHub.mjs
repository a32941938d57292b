// @ts-check
import { execFileSync } from "node:child_process";

/**
 * Runs the GitHub CLI, which takes its token from GH_TOKEN, and returns what it prints.
 * @param {string[]} words
 */
export const gh = (...words) => execFileSync("gh", words, { encoding: "utf8" });

/** The repository, `owner/name`. */
export function repository() {
  const name = process.env.GITHUB_REPOSITORY;
  if (name === undefined) throw new Error("GITHUB_REPOSITORY names no repository");
  return name;
}

/**
 * Ends a step: with a message instead of a stack trace if it fails.
 * @param {() => number | void} step returns an exit status, or nothing
 */
export function run(step) {
  try {
    process.exitCode = step() ?? 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
