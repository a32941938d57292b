/** Undoes a fault. */
export type Undo = () => Promise<void>;

/** Which packets a partition drops, as seen from the isolated service. */
export type Direction = "in" | "out" | "both";

/**
 * Causes real faults in a cluster, and undoes them. Faults that supervision repairs have no undo.
 *
 * A member's machine is everything that would be lost with it: on Docker its container, otherwise
 * its host with all services.
 */
export interface Faults {
  /** SIGKILL to PostgreSQL's first process; Patroni keeps running. */
  killPostgres(member: string): Promise<void>;
  /** SIGSTOP to PostgreSQL's first process and all its children. */
  freezePostgres(member: string): Promise<Undo>;
  /** SIGKILL to a service's main process. */
  killProcess(service: string): Promise<void>;
  /** SIGSTOP to Patroni: it hangs, and PostgreSQL keeps running. */
  freezePatroni(member: string): Promise<Undo>;
  /** Stops a service cleanly. */
  stop(service: string): Promise<Undo>;
  /** Kills a service, and keeps it down. */
  kill(service: string): Promise<Undo>;
  /** Starts services cleanly, all in parallel. */
  restart(services: string[]): Promise<void>;
  /** Kills everything on a member's machine, as a power cut does. */
  killMachine(member: string): Promise<Undo>;
  /** Freezes everything on a member's machine. */
  pauseMachine(member: string): Promise<Undo>;
  /** Disconnects a member's machine from the network. */
  isolate(member: string): Promise<Undo>;
  /**
   * Drops all packets between a service and others, or a share of them. @param share from 0 to 1
   */
  lose(service: string, others: string[], direction: Direction, share?: number): Promise<Undo>;
  /**
   * Fills the disk of a standby's WAL: moves it to a small volume, which is then filled. WAL that
   * the standby wrote there is lost afterwards.
   */
  fillWal(member: string): Promise<Undo>;
  /** Address of a service for the cluster's other services. */
  addressOf(service: string): Promise<string>;
  /** Undoes all faults that an earlier, killed drill may have left. */
  repair(): Promise<void>;
}
