import type { Settings } from "../configs/settings/schema";
import type { Topology } from "../configs/cluster/topology";
import type { Platform, Service } from "../platforms/platform";

/** What every component of one cluster gets: what it is, where it runs, who is there. */
export interface SharedArgs {
  settings: Settings;
  platform: Platform;
  topology: Topology;
}

/** The service of a family that commands for all of them run in: the first that can be reached. */
export function spokesman<One extends Pick<Service, "name">>(
  services: One[],
  platform: Platform,
): One {
  const found = services.find(({ name }) => !platform.isAway(name)) ?? services[0];
  if (found === undefined) throw new Error("there is no service to speak for the others");
  return found;
}
