import type { DrillCluster } from "./cluster";
import type { Drill } from "./drill";

/** The faults of a drill, and its expectations. */
export interface Scenario {
  /** Row of the requirements and, if it has several scenarios, a word: `H12-paused`. */
  id: string;
  title: string;
  /** Longest permitted write outage, in seconds, with a cluster's settings; left out: no aim. */
  aim?: (cluster: DrillCluster) => number;
  /** Why it cannot run on this cluster; undefined if it can. */
  obstacle?: (cluster: DrillCluster) => string | undefined;
  /** Whether a member that does not lead may accept writes of directly connected clients. */
  letsFormerLeaderWrite?: (cluster: DrillCluster) => boolean;
  run: (drill: Drill) => Promise<void>;
}
