import type { DrillCluster } from "../cluster";

/** A cluster for drills, and the cleanup after them. */
export interface Target {
  cluster: DrillCluster;
  /** Closes the connections to the cluster, and removes a test cluster. */
  close(): Promise<void>;
}
