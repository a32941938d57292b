import type { Undo } from "./faults";

/** What can be done to whole hosts. */
export interface Power {
  /** Ends everything on a host at once, but for its disk. */
  cut(host: string): Promise<Undo>;
  /** Lets nothing of the cluster on a host run on. */
  pause(host: string): Promise<Undo>;
  /** Parts a host from the others. */
  part(host: string): Promise<Undo>;
  /** Mends what may be left of the above. */
  heal(): Promise<void>;
}
