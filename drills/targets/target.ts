import type { DrillCluster } from "../cluster";

/** A cluster to drill on, and what has to be done when the drills are over. */
export interface Target {
  cluster: DrillCluster;
  /** Ends the ways into the cluster; one that was made for the drills is removed. */
  close(): Promise<void>;
}
