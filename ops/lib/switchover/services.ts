import { hostOf } from "../../../configs/placement";
import type { Settings } from "../../../configs/settings/schema";
import { namesByKind } from "../../../configs/topology";

/** Names of the services that a switchover is about. */
export interface Services {
  members: string[];
  pools: string[];
  routers: string[];
}

/** Those that are there: what is on a host that is away is left out. */
export function servicesOf(settings: Settings): Services {
  const { members, pgbouncers, haproxies } = namesByKind(settings);
  const isThere = (name: string) => settings.platform === "docker" || !hostOf(name, settings).away;
  return {
    members: members.filter(isThere),
    pools: pgbouncers.filter(isThere),
    routers: haproxies.filter(isThere),
  };
}
