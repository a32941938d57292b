import { hostOf } from "../../../configs/placement";
import type { Settings } from "../../../configs/settings/schema";
import { topologyOf } from "../../../configs/topology";

/** Names of the services that a switchover is about. */
export interface Services {
  members: string[];
  pools: string[];
  routers: string[];
}

/** Those that are there: what is on a host that is away is left out. */
export function servicesOf(settings: Settings): Services {
  const { members, pgbouncers, haproxies } = topologyOf(settings, (name) => name);
  const isThere = (name: string) => settings.platform === "docker" || !hostOf(name, settings).away;
  const there = (all: { name: string }[]) => all.map(({ name }) => name).filter(isThere);
  return { members: there(members), pools: there(pgbouncers), routers: there(haproxies) };
}
