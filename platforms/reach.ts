import type { Settings } from "../configs/settings/schema";
import type { Ending } from "./command";
import type { Conversation } from "./conversation";
import { DockerReach } from "./docker/dockerReach";
import { VmReach } from "./vm/vmReach";

/** The way into the services of a running cluster, for commands that are no part of an update. */
export interface Reach {
  /**
   * Runs a command inside a service that runs, as the service's user.
   * @param input of the command; none by default
   */
  execute(service: string, words: string[], input?: string): Promise<Ending>;
  /** Starts a command in the same way, to talk to it. */
  converse(service: string, words: string[]): Promise<Conversation>;
  /** Ends what was kept open on the way. Nothing can be reached afterwards. */
  close(): Promise<void>;
}

/** The way into a cluster, on the platform of its settings. */
export const reachOf = (settings: Settings): Reach =>
  settings.platform === "docker" ? new DockerReach(settings) : new VmReach(settings);
