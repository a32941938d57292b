import type { Settings } from "../configs/settings/schema";
import type { Topology } from "../configs/cluster/topology";
import type { Platform, Service } from "../platforms/platform";

/** The context of every component of one cluster: its settings, its platform and its members. */
export interface SharedArgs {
  settings: Settings;
  platform: Platform;
  topology: Topology;
}

/** The first of several services that is reachable. Commands that concern all of them run there. */
export function firstInReach<One extends Pick<Service, "name">>(
  services: One[],
  platform: Platform,
): One {
  const found = services.find(({ name }) => !platform.isAway(name)) ?? services[0];
  if (found === undefined) throw new Error("there is no service to run the command in");
  return found;
}
