import type { Settings } from "../configs/settings/schema";
import type { Topology } from "../configs/topology";
import type { Platform } from "../platforms/platform";

/** What every component of one cluster gets: what it is, where it runs, who is there. */
export interface SharedArgs {
  settings: Settings;
  platform: Platform;
  topology: Topology;
}
