import type { Settings } from "../../configs/settings/schema";
import { Engine } from "./engine";
import { clusterLabel, stackLabel } from "./names";

/**
 * Finds containers that a killed update created without recording them in its state. The next
 * update could not create them.
 * @param stack the owning stack, `project/stack`
 * @param names of containers that an update had begun to create
 * @returns the names of containers that exist on the Engine and belong to this stack
 */
export function halfMadeContainers(settings: Settings, stack: string, names: string[]): string[] {
  if (settings.platform !== "docker" || names.length === 0) return [];
  return new Engine(settings.docker.host)
    .containers({ stack: stackLabel, cluster: clusterLabel })
    .filter(({ name, stack: owner }) => names.includes(name) && owner.endsWith(`/${stack}`))
    .map(({ name }) => name);
}

/** Stops containers with their own timeouts and removes them. Their volumes stay. */
export function removeContainers(settings: Settings, names: string[]): void {
  if (names.length === 0) return;
  const engine = new Engine(settings.docker.host);
  engine.docker("stop", ...names);
  engine.docker("rm", "--force", ...names);
}
