import type { Ending } from "../../platforms/command";

/** Settings of a stack file, valid or not. */
export type StackSettings = Record<string, unknown>;

/**
 * The environment of a cluster under test. Suites for all platforms use it for what is specific to
 * a platform.
 */
export interface TestEnvironment {
  /** Prepares for a cluster: removes what an earlier run has left. */
  prepare(): Promise<void>;
  /** Uses what an earlier run has kept. @returns whether it exists */
  adopt(): Promise<boolean>;
  /**
   * Removes everything synchronously, unless it is kept. Also called when the test is interrupted.
   */
  dispose(end: { isKept: boolean }): void;
  /**
   * By service, a value that changes when its main process restarts. Stopped services are left out.
   */
  incarnations(): Promise<Record<string, string>>;
  /** Number of members that run at this moment, healthy or not. */
  runningMembers(): Promise<number>;
  /**
   * Provides hosts for so many members of PostgreSQL and of etcd, and returns their settings.
   * Existing hosts stay, so that an update can remove members from them.
   * @param etcdMembers if their number differs
   */
  makeRoom(members: number, etcdMembers?: number): Promise<StackSettings>;
  /** Runs a command where a member runs, as the member's user, and returns its output. */
  inMember(member: string, ...command: string[]): Promise<string>;
  /** Runs a shell script on the cluster's network, without any of the cluster's files. */
  asStranger(script: string): Promise<Ending>;
  /** Address of a service on the cluster's network. */
  addressOf(service: string): string;
  /**
   * A connection string of the members for a client on a member's machine.
   * @param member the only member in it, if given
   */
  fromInside(url: string, member?: string): string;
  /** Removes a member without a warning, including everything that its loss would include. */
  crash(member: string): Promise<void>;
  /** Denies a member the access to its data directory, or restores it. */
  setDataAccess(member: string, access: "denied" | "granted"): Promise<void>;
  /**
   * Runs a shell script as root where a service has its files. @throws {Error} with its output if
   * it fails
   */
  inFilesOf(service: string, script: string, stdin: string): Promise<void>;
  /** Restarts all services at once, in no order, and does not wait until they are ready. */
  restartAll(): Promise<void>;
  /**
   * Places where unauthorized users could read one of the words: process lists, logs and the like.
   */
  placesThatShow(words: string[]): Promise<string[]>;
  /** Asserts that no update has changed anything yet. */
  assertUntouched(): Promise<void>;
  /** Asserts that only the cluster's data remains. */
  assertOnlyDataLeft(): Promise<void>;
}
