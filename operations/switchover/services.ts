import { hostOf } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { namesOf } from "../../configs/cluster/plan";

/** Names of the services that a switchover is about. */
export interface Services {
  members: string[];
  pools: string[];
  routers: string[];
}

/** Those that are there: what is on a host that is away is left out. */
export function servicesOf(settings: Settings): Services {
  const members = namesOf("patroni", settings);
  const pgbouncers = namesOf("pgbouncer", settings);
  const haproxies = namesOf("haproxy", settings);
  const isThere = (name: string) => settings.platform === "docker" || !hostOf(name, settings).away;
  return {
    members: members.filter(isThere),
    pools: pgbouncers.filter(isThere),
    routers: haproxies.filter(isThere),
  };
}
