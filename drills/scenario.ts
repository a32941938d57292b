import type { DrillCluster } from "./cluster";
import type { Drill } from "./drill";

/** What is broken in a drill, and what has to happen then. */
export interface Scenario {
  /** Row of the requirements and, where it has several, a word: `H12-paused`. */
  id: string;
  title: string;
  /** Longest time that writes may stand still, in seconds, at a cluster's settings; left out: no aim. */
  aim?: (cluster: DrillCluster) => number;
  /** Why it cannot run on this cluster; undefined if it can. */
  obstacle?: (cluster: DrillCluster) => string | undefined;
  /** Whether a member that does not lead may take writes of who is connected to it directly. */
  letsFormerLeaderWrite?: (cluster: DrillCluster) => boolean;
  run: (drill: Drill) => Promise<void>;
}
