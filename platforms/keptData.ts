/** A volume, or a directory as `HOST:DIRECTORY`. */
export interface KeptPlace {
  place: string;
  bytes: number;
}

/** Data of a stack's members that outlives the cluster. */
export interface KeptData {
  /** Location and size of each. */
  list(): KeptPlace[];
  /** Deletes the data permanently. */
  remove(): void;
}
