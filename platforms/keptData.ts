import type { Settings } from "../configs/settings/schema";
import { DockerData } from "./docker/dockerData";
import { VmData } from "./vm/vmData";

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

/** The data that belongs to a stack, on the platform of its settings. */
export function keptData(settings: Settings, stack: string): KeptData {
  return settings.platform === "docker"
    ? new DockerData(settings, stack)
    : new VmData(settings, stack);
}
