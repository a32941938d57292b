import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Pulumi's provider looks without a setting. */
const providersDefault = "unix:///var/run/docker.sock";

/**
 * Why the docker client and Pulumi's provider would use different Engines; undefined if they do
 * not. The client follows its current context, and the provider knows `DOCKER_HOST` only.
 * @param host the setting `docker.host`
 */
export function contextProblem(
  host: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (host !== undefined || (env.DOCKER_HOST ?? "") !== "") return undefined;
  const folder = env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), ".docker");
  const name = env.DOCKER_CONTEXT ?? currentContext(folder);
  if (name === undefined || name === "" || name === "default") return undefined;
  const endpoint = endpointOf(folder, name);
  if (endpoint === providersDefault) return undefined;
  return (
    `docker.host: the docker client uses the context ${name} (${endpoint ?? "unknown"}), which ` +
    `Pulumi does not; set docker.host${endpoint === undefined ? "" : ` to ${endpoint}`}, or ` +
    "DOCKER_HOST, so that both use the same Engine"
  );
}

const currentContext = (folder: string) =>
  (readJson(join(folder, "config.json")) as { currentContext?: string } | undefined)
    ?.currentContext;

/** The docker client keeps each context in a folder that is named by its name's digest. */
function endpointOf(folder: string, name: string): string | undefined {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(folder, "contexts", "meta", id, "meta.json")) as
    { Endpoints?: { docker?: { Host?: string } } } | undefined;
  return meta?.Endpoints?.docker?.Host;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
