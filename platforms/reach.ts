import type { Settings } from "../configs/settings/schema";
import type { Ending } from "./command";
import type { Conversation } from "./conversation";
import { DockerReach } from "./docker/dockerReach";
import { VmReach } from "./vm/vmReach";

/** Which part of a log is wanted. */
export interface LogOptions {
  /** Whether to go on printing what is added. */
  follow: boolean;
  /** How old the oldest line may be, such as `10m` or `2h`. */
  since: string;
  /** At most so many lines, the last ones; all by default. */
  lines?: number;
}

/** The way into the services of a running cluster, for commands that are no part of an update. */
export interface Reach {
  /**
   * Runs a command inside a service that runs, as the service's user.
   * @param input of the command; none by default
   * @param signal that gives it up before its end
   */
  execute(service: string, words: string[], input?: string, signal?: AbortSignal): Promise<Ending>;
  /** Starts a command in the same way, to talk to it. */
  converse(service: string, words: string[]): Promise<Conversation>;
  /** Stops a service cleanly and starts it again. Ends once it has started, whether it is ready or not. */
  restart(service: string): Promise<Ending>;
  /** Stops a service cleanly. One that has stopped stays so. */
  stop(service: string): Promise<Ending>;
  /** Starts a service that was stopped. Ends once it has started, whether it is ready or not. One that runs goes on. */
  start(service: string): Promise<Ending>;
  /**
   * The command line that does the same in this machine's own terminal.
   * @param isTerminal whether the command gets a terminal
   */
  attached(service: string, words: string[], isTerminal: boolean): string[];
  /**
   * The command line that prints what a service has logged.
   * @param options what is wanted of it
   */
  log(service: string, options: LogOptions): string[];
  /** Ends what was kept open on the way. Nothing can be reached afterwards. */
  close(): Promise<void>;
}

/** The way into a cluster, on the platform of its settings. */
export const reachOf = (settings: Settings): Reach =>
  settings.platform === "docker" ? new DockerReach(settings) : new VmReach(settings);
