// @ts-check
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** @typedef {Record<string, string | undefined>} Environment */

/**
 * The folder in which Pulumi keeps its engine, plugins and credentials.
 *
 * @param {Environment} env
 * @returns {string} `PULUMI_HOME`, or `.pulumi` in the user's home.
 */
export function pulumiHome(env = process.env) {
  return env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi");
}

/**
 * The environment with which to start `pulumi`, so that it is the engine that setup chose and
 * reaches the Docker Engine that the `docker` command reaches.
 *
 * - `PATH` begins with `bin` in the Pulumi home if there is an engine or a language host in it.
 * - `DOCKER_HOST` is the endpoint of the current Docker context, unless `DOCKER_HOST` or
 *   `DOCKER_CONTEXT` is set: Pulumi's Docker plugin does not look at the current context.
 * - `PULUMI_SKIP_UPDATE_CHECK` is `true` unless set: the project says which engine it wants.
 *
 * @param {Environment} env Left as it is. Default: that of this process.
 * @returns {Environment} A copy with the changes.
 */
export function pulumiEnvironment(env = process.env) {
  const bin = join(pulumiHome(env), "bin");
  const holdsEngine = ["pulumi", "pulumi-language-nodejs"].some((name) =>
    existsSync(join(bin, name)),
  );
  const path = env.PATH ?? "";
  /** @type {Environment} */
  const result = {
    ...env,
    PULUMI_SKIP_UPDATE_CHECK: env.PULUMI_SKIP_UPDATE_CHECK ?? "true",
  };
  if (holdsEngine && path.split(delimiter)[0] !== bin) {
    result.PATH = path === "" ? bin : bin + delimiter + path;
  }
  const endpoint = dockerContextEndpoint(env);
  if (endpoint !== undefined && !env.DOCKER_HOST) {
    result.DOCKER_HOST = endpoint;
  }
  return result;
}

/**
 * The endpoint of the Docker context that the user has chosen with `docker context use`.
 *
 * @param {Environment} env
 * @returns {string | undefined} Undefined without such a choice.
 */
function dockerContextEndpoint(env) {
  if (env.DOCKER_CONTEXT) {
    return undefined;
  }
  const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), ".docker");
  const name = readJson(join(folder, "config.json"))?.currentContext;
  if (typeof name !== "string" || name === "" || name === "default") {
    return undefined;
  }
  const id = createHash("sha256").update(name).digest("hex");
  const host = readJson(join(folder, "contexts", "meta", id, "meta.json"))?.Endpoints?.docker?.Host;
  return typeof host === "string" ? host : undefined;
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // not there, or not ours to repair
  }
}
