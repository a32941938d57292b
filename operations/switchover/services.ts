import { namesInReach } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";

/** Names of the services that take part in a switchover. */
export interface Services {
  members: string[];
  pools: string[];
  routers: string[];
}

/** The reachable services: those on a host that is away are left out. */
export const servicesOf = (settings: Settings): Services => ({
  members: namesInReach("patroni", settings),
  pools: namesInReach("pgbouncer", settings),
  routers: namesInReach("haproxy", settings),
});
