import type { Settings } from "../../configs/settings/schema";
import { run, succeed } from "../command";
import { dockerClient } from "./client";
import { Engine } from "./engine";
import { clusterLabel, stackLabel } from "./names";

/**
 * Finds containers that a killed update created without recording them in its state.
 * @param stack the owning stack, `project/stack`
 * @param names of containers that an update had begun to create
 * @returns the names of containers that exist on the Engine and belong to this stack
 */
export function leftovers(settings: Settings, stack: string, names: string[]): string[] {
  if (settings.platform !== "docker" || names.length === 0) return [];
  return new Engine(settings.docker.host)
    .containers({ stack: stackLabel, cluster: clusterLabel })
    .filter(({ name, stack: owner }) => names.includes(name) && owner.endsWith(`/${stack}`))
    .map(({ name }) => name);
}

/**
 * Stops a container with its own timeout and removes it. Its volumes stay.
 * @param host address of the Engine; undefined: the client's own default
 */
export async function removeContainer(host: string | undefined, container: string): Promise<void> {
  const client = dockerClient(host);
  // One that waits for its limit ends at once.
  await run([...client, "stop", container]);
  await succeed([...client, "rm", "--force", container]);
}
