import { nftTable, removeNftTable } from "../../configs/host/nftTable";
import { servicesOn, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { until } from "../../operations/until";
import { programOf } from "../../platforms/vm/programs";
import type { Undo } from "./faults";
import type { OnHost } from "./hostFaults";
import type { Power } from "./power";

/** A host may take minutes to boot, in seconds. */
const bootSeconds = 600;
const table = "hapg_drill_parted";

/**
 * Faults of hosts that are only reachable by SSH: a host without power boots again by itself, and a
 * paused or isolated one stays reachable by SSH.
 */
export class SshPower implements Power {
  constructor(
    private readonly settings: Settings,
    private readonly onHost: OnHost,
  ) {}

  /** The kernel resets the machine immediately: nothing more is written to its disk. */
  async cut(host: string): Promise<Undo> {
    const before = await this.onHost(host, "cat /proc/sys/kernel/random/boot_id");
    // It no longer answers.
    await this.onHost(host, "(sleep 0.2; echo b >/proc/sysrq-trigger) >/dev/null 2>&1 &");
    return async () => {
      const isBack = async () => {
        try {
          const now = await this.onHost(host, "cat /proc/sys/kernel/random/boot_id");
          return now !== before;
        } catch {
          return false;
        }
      };
      if (!(await until(bootSeconds, isBack))) {
        throw new Error(`${host} has not come back within ${bootSeconds} s: look at its console`);
      }
    };
  }

  async pause(host: string): Promise<Undo> {
    await this.onHost(host, this.signalAll(host, "STOP"));
    return async () => {
      await this.onHost(host, this.signalAll(host, "CONT"));
    };
  }

  async part(host: string): Promise<Undo> {
    const chains = (["input", "output"] as const).flatMap((hook) => [
      `  chain ${hook} {`,
      `    type filter hook ${hook} priority -300; policy drop;`,
      `    ${hook === "input" ? "iif" : "oif"} lo accept`,
      `    tcp ${hook === "input" ? "dport" : "sport"} ${this.settings.vm.ssh.port} accept`,
      "  }",
    ]);
    await this.onHost(host, `nft -f - <<'END'\n${nftTable(table, chains)}END`);
    return async () => {
      await this.onHost(host, removeNftTable(table));
    };
  }

  async repair(): Promise<void> {
    for (const { name } of vmHosts(this.settings)) {
      await this.onHost(name, removeNftTable(table));
    }
  }

  private signalAll(host: string, signal: string): string {
    const found = vmHosts(this.settings).find(({ name }) => name === host);
    const units = (found === undefined ? [] : servicesOn(found, this.settings)).map(
      ({ name }) => programOf(name, this.settings).unit,
    );
    return units
      .map((unit) => `systemctl kill --signal=${signal} --kill-whom=all ${unit}`)
      .join("\n");
  }
}
