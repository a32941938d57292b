import type { TestHosts } from "../../lab/hosts/testHosts";
import type { Undo } from "./faults";
import type { Power } from "./power";

/** Faults of hosts that are containers of this machine's Engine. */
export class TestHostPower implements Power {
  constructor(private readonly hosts: TestHosts) {}

  async cut(host: string): Promise<Undo> {
    await this.hosts.kill(host);
    return () => this.hosts.startAgain(host);
  }

  async pause(host: string): Promise<Undo> {
    await this.hosts.pause(host);
    return () => this.hosts.unpause(host);
  }

  async part(host: string): Promise<Undo> {
    await this.hosts.isolate(host);
    return () => this.hosts.reconnect(host);
  }

  /** They are created for the drills, so nothing remains of an earlier one. */
  repair(): Promise<void> {
    return Promise.resolve();
  }
}
