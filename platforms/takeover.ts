import type { Settings } from "../configs/settings/schema";
import { DockerTakeover } from "./docker/dockerTakeover";
import { VmTakeover } from "./vm/vmTakeover";

/** What is left of a cluster whose state is lost, or of another stack. */
export interface Remains {
  /** Stacks that own some of it, as `organization/project/stack`. */
  owners: string[];
  /** Names of its services that run. */
  running: string[];
  /** Its containers, or hosts with its files. */
  places: string[];
  /** Volumes or directories that hold its data. */
  data: string[];
}

/** Takes a cluster from a former owner, and leaves what a removal of the cluster leaves: data. Each step can be repeated. */
export interface Takeover {
  /** What there is. Nothing is changed. */
  look(): Promise<Remains>;
  /** Gives what is left to another owner. No service runs any more. */
  claim(owner: string): Promise<void>;
}

/** The takeover of a cluster, on the platform of its settings. */
export const takeoverOf = (settings: Settings): Takeover =>
  settings.platform === "docker" ? new DockerTakeover(settings) : new VmTakeover(settings);
