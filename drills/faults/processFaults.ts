import { kindMeant } from "../../configs/cluster/plan";
import type { Undo } from "./faults";

/**
 * Faults by signals to processes: the same on every platform, once their processes are accessible.
 */
export abstract class ProcessFaults {
  /**
   * SIGKILL goes to PostgreSQL's first process, which ends the others; any other signal to all of
   * them.
   */
  protected abstract signalPostgres(member: string, signal: string): Promise<void>;
  protected abstract signalPatroni(member: string, signal: string): Promise<void>;
  /** SIGKILL to the main process of any other service. */
  protected abstract killMain(service: string): Promise<void>;

  killProcess(service: string): Promise<void> {
    return kindMeant(service) === "patroni"
      ? this.signalPatroni(service, "KILL")
      : this.killMain(service);
  }

  killPostgres(member: string): Promise<void> {
    return this.signalPostgres(member, "KILL");
  }

  async freezePostgres(member: string): Promise<Undo> {
    await this.signalPostgres(member, "STOP");
    return () => this.signalPostgres(member, "CONT");
  }

  async freezePatroni(member: string): Promise<Undo> {
    await this.signalPatroni(member, "STOP");
    return () => this.signalPatroni(member, "CONT");
  }
}
