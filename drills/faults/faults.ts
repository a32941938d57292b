/** Mends what a fault has broken. */
export type Undo = () => Promise<void>;

/** Which packets a partition loses, as seen from the service that is parted from others. */
export type Direction = "in" | "out" | "both";

/**
 * The means to break a cluster for real, and to mend it. What supervision mends by itself has no undo.
 *
 * A member's machine is all that would be lost with it: on Docker its container, else its host with all that runs there.
 */
export interface Faults {
  /** SIGKILL to PostgreSQL's first process; Patroni goes on. */
  killPostgres(member: string): Promise<void>;
  /** SIGSTOP to PostgreSQL's first process and to all that it has started. */
  freezePostgres(member: string): Promise<Undo>;
  /** SIGKILL to a service's main process. */
  killProcess(service: string): Promise<void>;
  /** SIGSTOP to Patroni: it hangs, and PostgreSQL goes on. */
  freezePatroni(member: string): Promise<Undo>;
  /** Stops a service in good order. */
  stop(service: string): Promise<Undo>;
  /** Ends a service at once, and keeps it down. */
  kill(service: string): Promise<Undo>;
  /** Starts services again in good order, all at the same time. */
  restart(services: string[]): Promise<void>;
  /** Ends all that is on a member's machine, as a power cut does. */
  killMachine(member: string): Promise<Undo>;
  /** Lets nothing on a member's machine run on. */
  pauseMachine(member: string): Promise<Undo>;
  /** Parts a member's machine from the network. */
  cutOff(member: string): Promise<Undo>;
  /** Loses all packets between a service and others, or a share of them. @param share from 0 to 1 */
  lose(service: string, others: string[], direction: Direction, share?: number): Promise<Undo>;
  /**
   * Leaves a standby's WAL no room: it is moved to a small volume, which is then filled. What the standby wrote there is gone
   * afterwards.
   */
  fillWal(member: string): Promise<Undo>;
  /** Address under which the cluster's services reach one. */
  addressOf(service: string): Promise<string>;
  /** Mends whatever an earlier drill may have left, if it was killed. */
  heal(): Promise<void>;
}
