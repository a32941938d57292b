import { hostOf, servicesOn, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { shellCommand } from "../../platforms/shell";
import { programOf } from "../../platforms/vm/programs";
import type { Direction, Faults, Undo } from "./faults";
import { fillWal } from "./fillWal";
import { healing, partitionRules } from "./partition";
import { ProcessFaults } from "./processFaults";
import { postmasterSignal } from "./postmaster";
import type { Power } from "./power";

/** Runs a shell script on a host as root, and returns its output. Throws an error if it fails. */
export type OnHost = (host: string, script: string) => Promise<string>;

/** Faults of services on hosts, and of the hosts. */
export class HostFaults extends ProcessFaults implements Faults {
  constructor(
    private readonly settings: Settings,
    private readonly onHost: OnHost,
    private readonly power: Power,
  ) {
    super();
  }

  async stop(service: string): Promise<Undo> {
    await this.on(service, `systemctl stop ${this.unitOf(service)}`);
    return () => this.start(service);
  }

  async kill(service: string): Promise<Undo> {
    const unit = this.unitOf(service);
    await this.on(
      service,
      `systemctl kill --signal=KILL --kill-whom=all ${unit}; systemctl stop ${unit}`,
    );
    return () => this.start(service);
  }

  async restart(services: string[]): Promise<void> {
    const restart = (service: string) =>
      this.on(service, `systemctl restart ${this.unitOf(service)}`);
    await Promise.all(services.map(restart));
  }

  killMachine(member: string): Promise<Undo> {
    return this.power.cut(this.hostOf(member));
  }

  pauseMachine(member: string): Promise<Undo> {
    return this.power.pause(this.hostOf(member));
  }

  isolate(member: string): Promise<Undo> {
    return this.power.part(this.hostOf(member));
  }

  async lose(
    service: string,
    others: string[],
    direction: Direction,
    share?: number,
  ): Promise<Undo> {
    const ends = others.map((other) => ({
      service: other,
      address: hostOf(other, this.settings).address,
    }));
    const rules = partitionRules(service, ends, direction, share);
    await this.on(service, `nft -f - <<'END'\n${rules}END`);
    return () => this.on(service, healing);
  }

  fillWal(member: string): Promise<Undo> {
    const { unit, user } = programOf(member, this.settings);
    const asRoot = (words: string[]) =>
      this.on(
        member,
        `nsenter -m -t "$(systemctl show -P MainPID ${unit})" ${shellCommand(words)}`,
      );
    return fillWal(this, member, this.settings.postgres.version, {
      asUser: (script) => asRoot(["runuser", "-u", user, "--", "sh", "-c", script]),
      asRoot: (script) => asRoot(["sh", "-c", script]),
    });
  }

  addressOf(service: string): Promise<string> {
    return Promise.resolve(hostOf(service, this.settings).address);
  }

  async repair(): Promise<void> {
    await this.power.repair();
    for (const host of vmHosts(this.settings)) {
      const units = servicesOn(host, this.settings).map(({ name }) => this.unitOf(name));
      const lines = units.map(
        (unit) => `systemctl kill --signal=CONT --kill-whom=all ${unit} 2>/dev/null || true`,
      );
      const script = [healing, `systemctl start ${units.join(" ")}`, ...lines].join("\n");
      await this.onHost(host.name, script);
    }
  }

  protected async killMain(service: string): Promise<void> {
    await this.on(service, `systemctl kill --signal=KILL --kill-whom=main ${this.unitOf(service)}`);
  }

  protected async signalPostgres(member: string, signal: string): Promise<void> {
    await this.on(member, postmasterSignal(this.settings.postgres.version, signal));
  }

  /** The main process of a member's unit is the guard, and Patroni its child. */
  protected async signalPatroni(member: string, signal: string): Promise<void> {
    const guard = `"$(systemctl show -P MainPID ${this.unitOf(member)})"`;
    await this.on(member, `kill -s ${signal} $(pgrep -x patroni -P ${guard})`);
  }

  private async start(service: string): Promise<void> {
    await this.on(service, `systemctl start ${this.unitOf(service)}`);
  }

  private async on(service: string, script: string): Promise<void> {
    await this.onHost(this.hostOf(service), script);
  }

  private hostOf(service: string): string {
    return hostOf(service, this.settings).name;
  }

  private unitOf(service: string): string {
    return programOf(service, this.settings).unit;
  }
}
