// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `node toolchain/withSetup.mjs SCRIPT [ARGUMENTS]`: makes the machine ready for the stack that the arguments name, and
 * runs a script of the project with them.
 */
const project = fileURLToPath(new URL("..", import.meta.url));
const words = process.argv.slice(3);

const setup = [join("toolchain", "setup.mjs"), ...(isOnHosts(words) ? ["--without-docker"] : [])];
const { status } = spawnSync(process.execPath, setup, { cwd: project, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
createRequire(import.meta.url)("./run.cjs");

/**
 * Whether a stack runs on hosts of its own: then this machine needs no Docker Engine. What packages
 * there are to read its file with, setup has yet to bring.
 *
 * @param {string[]} words
 */
function isOnHosts(words) {
  const at = words.findIndex((word) => word === "--stack" || word === "-s");
  const joined = words.find((word) => word.startsWith("--stack="));
  const stack =
    joined?.slice("--stack=".length) ??
    (at === -1 ? (process.env.HAPG_STACK ?? "dev") : words[at + 1]);
  try {
    const file = readFileSync(join(project, `Pulumi.${stack ?? ""}.yaml`), "utf8");
    return /^\s+["']?hapg:platform["']?:\s*["']?vm\b/m.test(file);
  } catch {
    return false;
  }
}
