import type { Settings } from "../configs/settings/schema";
import type { RestApi } from "../operations/clusterView";
import type { Reach } from "../platforms/reach";
import type { Faults } from "./faults/faults";
import type { LoadUrls } from "./probes/load";

/** The stack outputs that drills read. */
export interface DrillOutputs extends RestApi {
  /** By database. */
  administratorConnectionStrings: Record<
    string,
    { write: string; read: string; pooledWrite: string; pooledRead: string }
  >;
}

/** A running cluster that drills may break. */
export interface DrillCluster {
  settings: Settings;
  outputs: DrillOutputs;
  reach: Reach;
  /** Access to the members for the probes, independent of the network where possible. */
  watchedBy: Pick<Reach, "converse">;
  faults: Faults;
}

/**
 * The endpoints for the load: those of the administrator, whose role may use all of them.
 * @throws {Error} if the stack has no such outputs
 */
export function loadUrls({ outputs }: DrillCluster): LoadUrls {
  const strings = outputs.administratorConnectionStrings.postgres;
  if (strings === undefined) throw new Error("the stack has no administratorConnectionStrings");
  const { write, pooledWrite, read } = strings;
  return { writes: { haproxy: write, pgbouncer: pooledWrite }, reads: read };
}
