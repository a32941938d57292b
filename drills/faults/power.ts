import type { Undo } from "./faults";

/** Faults of whole hosts. */
export interface Power {
  /** Kills everything on a host at once; only its disk remains. */
  cut(host: string): Promise<Undo>;
  /** Freezes the cluster's processes on a host. */
  pause(host: string): Promise<Undo>;
  /** Isolates a host from the others. */
  part(host: string): Promise<Undo>;
  /** Undoes all remaining faults of these kinds. */
  repair(): Promise<void>;
}
