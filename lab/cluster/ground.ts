import type { Ending } from "../../platforms/command";

/** Settings of a stack file, valid or not. */
export type StackSettings = Record<string, unknown>;

/**
 * What a cluster under test stands on. Suites that run on every platform reach through it what only the
 * platform can do to a cluster or see of it.
 */
export interface Ground {
  /** Makes room for a cluster: what an earlier run has left is removed. */
  prepare(): Promise<void>;
  /** Takes what an earlier run has kept. @returns whether it is there */
  adopt(): Promise<boolean>;
  /** Removes everything, unless it is kept, at once: it is called when the test is interrupted too. */
  dispose(end: { isKept: boolean }): void;
  /** By service, what changes when its main process is started anew. Services that do not run are left out. */
  incarnations(): Promise<Record<string, string>>;
  /** How many members run at this moment, well or not. */
  runningMembers(): Promise<number>;
  /**
   * Makes room for so many members of PostgreSQL and of etcd, and returns what the stack file has to say of it.
   * Room that is there already stays, so that an update can take members away from it.
   * @param etcdMembers if they are not as many
   */
  makeRoom(members: number, etcdMembers?: number): Promise<StackSettings>;
  /** Runs a command where a member runs, as the member's user, and returns what it prints. */
  inMember(member: string, ...command: string[]): Promise<string>;
  /** Runs a shell script on the cluster's network, as somebody who has nothing of the cluster's. */
  asStranger(script: string): Promise<Ending>;
  /** Address of a service on the cluster's network. */
  addressOf(service: string): string;
  /**
   * A connection string of the members as a client has to write it that is where a member runs.
   * @param member the only one that it leads to, if there is only one
   */
  fromInside(url: string, member?: string): string;
  /** Takes a member away without a warning, with all that would be lost with it. */
  crash(member: string): Promise<void>;
  /** Keeps a member from its data directory, or lets it in again. */
  setDataAccess(member: string, access: "denied" | "granted"): Promise<void>;
  /** Runs a shell script as root where a service has its files. @throws {Error} with its output if it fails */
  inFilesOf(service: string, script: string, stdin: string): Promise<void>;
  /** Restarts every service at once, in no order, and does not wait until they are ready. */
  restartAll(): Promise<void>;
  /** Where one of the words can be read by somebody who should not: process lists, logs and the like. */
  placesThatShow(words: string[]): Promise<string[]>;
  /** Asserts that no update has changed anything yet. */
  assertUntouched(): Promise<void>;
  /** Asserts that nothing is left of the cluster but its data. */
  assertOnlyDataLeft(): Promise<void>;
}
