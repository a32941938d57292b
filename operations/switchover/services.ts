import { namesInReach } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";

/** Names of the services that a switchover is about. */
export interface Services {
  members: string[];
  pools: string[];
  routers: string[];
}

/** Those that are there: what is on a host that is away is left out. */
export const servicesOf = (settings: Settings): Services => ({
  members: namesInReach("patroni", settings),
  pools: namesInReach("pgbouncer", settings),
  routers: namesInReach("haproxy", settings),
});
