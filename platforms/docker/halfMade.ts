import type { Settings } from "../../configs/settings/schema";
import { Engine } from "./engine";
import { clusterLabel, stackLabel } from "./names";

/**
 * Containers that a killed update has created without its state having them: the next one could not create them.
 * @param stack the owning stack, `project/stack`
 * @param names of containers that an update had begun to create
 * @returns those of the names that the Engine has and that are this stack's
 */
export function halfMadeContainers(settings: Settings, stack: string, names: string[]): string[] {
  if (settings.platform !== "docker" || names.length === 0) return [];
  return new Engine(settings.docker.host)
    .containers({ stack: stackLabel, cluster: clusterLabel })
    .filter(({ name, stack: owner }) => names.includes(name) && owner.endsWith(`/${stack}`))
    .map(({ name }) => name);
}

/** Stops containers in their own time and removes them. Their volumes stay. */
export function removeContainers(settings: Settings, names: string[]): void {
  if (names.length === 0) return;
  const engine = new Engine(settings.docker.host);
  engine.docker("stop", ...names);
  engine.docker("rm", "--force", ...names);
}
