/** What remains of a cluster whose state is lost, or of another stack's cluster. */
export interface Remains {
  /** Stacks that own a part of it, as `organization/project/stack`. */
  owners: string[];
  /** Names of its running services. */
  running: string[];
  /** Its containers, or hosts with its files. */
  places: string[];
  /** Volumes or directories with its data. */
  data: string[];
}

/**
 * Takes a cluster over from a former owner and leaves only its data, as a removal of the cluster
 * does. Each step can be repeated.
 */
export interface Takeover {
  /** What exists. Nothing is changed. */
  look(): Promise<Remains>;
  /** Gives the remains to another owner. No service may run. */
  claim(owner: string): Promise<void>;
}
