import type { Ending } from "./command";
import type { Conversation } from "./conversation";

/** Selects a part of a log. */
export interface LogOptions {
  /** Whether to follow the log. */
  follow: boolean;
  /** Maximum age of the oldest line, such as `10m` or `2h`. */
  since: string;
  /** Maximum number of lines, counted from the end; all by default. */
  lines?: number;
}

/** Reaches the services of a running cluster, for commands outside of an update. */
export interface Reach {
  /**
   * Runs a command inside a running service, as the service's user. A stopped one is an error.
   * @param input standard input of the command; none by default
   * @param signal aborts it
   */
  execute(service: string, words: string[], input?: string, signal?: AbortSignal): Promise<Ending>;
  /** Starts a command in the same way, for an exchange of lines with it. */
  converse(service: string, words: string[]): Promise<Conversation>;
  /** Stops a service cleanly and starts it again. Returns once it has started, ready or not. */
  restart(service: string): Promise<Ending>;
  /** Stops a service cleanly. It stays stopped. */
  stop(service: string): Promise<Ending>;
  /**
   * Starts a stopped service. Returns once it has started, ready or not. A running service keeps
   * running.
   */
  start(service: string): Promise<Ending>;
  /**
   * The command line that does the same in this machine's own terminal.
   * @param isTerminal whether the command gets a terminal
   */
  attached(service: string, words: string[], isTerminal: boolean): string[];
  /**
   * The command line that prints a service's log.
   * @param options select a part of the log
   */
  log(service: string, options: LogOptions): string[];
  /** Closes all open connections. Nothing can be reached afterwards. */
  close(): Promise<void>;
}
