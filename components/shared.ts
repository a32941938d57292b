import type { Settings } from "../configs/settings/schema";
import type { Topology } from "../configs/cluster/topology";
import type { Platform, Service } from "../platforms/platform";

/** What every component of one cluster gets: what it is, where it runs, who is there. */
export interface SharedArgs {
  settings: Settings;
  platform: Platform;
  topology: Topology;
}

/** The first of several services that can be reached: where a command runs that concerns all of them. */
export function firstInReach<One extends Pick<Service, "name">>(
  services: One[],
  platform: Platform,
): One {
  const found = services.find(({ name }) => !platform.isAway(name)) ?? services[0];
  if (found === undefined) throw new Error("there is no service to run the command in");
  return found;
}
