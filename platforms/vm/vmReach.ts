import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostOf, type VmHost, vmHosts } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { type Ending, run } from "../command";
import { Conversation } from "../conversation";
import type { LogOptions, Reach } from "../reach";
import { shellCommand } from "../shell";
import { findHostKeys } from "./hostKeys";
import { programOf } from "./programs";
import { asRoot, sshCommand, writeSshFiles } from "./ssh";

/**
 * Reaches hosts over one open SSH connection to each, so that a command does not wait for a login.
 */
export class VmReach implements Reach {
  private readonly folder = mkdtempSync(join(tmpdir(), "hapg-reach-"));
  private readonly opened = new Map<string, Promise<void>>();

  /** @throws {Error} if a host's key is not known */
  constructor(private readonly settings: Settings) {
    const { keys, problems } = findHostKeys(settings);
    if (problems.length > 0) {
      rmSync(this.folder, { recursive: true });
      throw new Error(problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
    }
    writeSshFiles(this.folder, settings, keys);
    process.once("exit", this.abandon);
  }

  execute(service: string, words: string[], input?: string, signal?: AbortSignal): Promise<Ending> {
    return this.ssh(hostOf(service, this.settings), this.whileUp(service, words), input, signal);
  }

  restart(service: string): Promise<Ending> {
    return this.systemctl("restart", service);
  }

  stop(service: string): Promise<Ending> {
    return this.systemctl("stop", service);
  }

  start(service: string): Promise<Ending> {
    return this.systemctl("start", service);
  }

  attached(service: string, words: string[], isTerminal: boolean): string[] {
    const host = hostOf(service, this.settings);
    return [...this.client(host, ...(isTerminal ? ["-t"] : [])), this.inside(service, words)];
  }

  log(service: string, { follow, since, lines }: LogOptions): string[] {
    const { unit } = programOf(service, this.settings);
    const words = [
      ...[...asRoot(this.settings), "journalctl", "--unit", unit, "--no-pager"],
      ...["--output", "short-iso-precise", "--utc", "--no-hostname", "--since", `-${since}`],
      ...(follow ? ["--follow"] : []),
      ...(lines === undefined ? [] : ["--lines", String(lines)]),
    ];
    return [...this.client(hostOf(service, this.settings)), shellCommand(words)];
  }

  async converse(service: string, words: string[]): Promise<Conversation> {
    const host = hostOf(service, this.settings);
    await this.reachable(host);
    return new Conversation([...this.client(host), this.whileUp(service, words)]);
  }

  /** Runs a shell script on a host as root. */
  asRoot(host: string, script: string): Promise<Ending> {
    const found = vmHosts(this.settings).find(({ name }) => name === host);
    if (found === undefined) throw new Error(`there is no host ${host}`);
    return this.ssh(found, shellCommand([...asRoot(this.settings), "sh", "-s"]), script);
  }

  async close(): Promise<void> {
    const close = (host: VmHost) => run([...this.client(host, "-O", "exit")]);
    await Promise.all(this.opened.values());
    await Promise.all(vmHosts(this.settings).map(close));
    process.removeListener("exit", this.abandon);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What {@link close} does, when this process ends without it: after an error. */
  private readonly abandon = () => {
    for (const host of vmHosts(this.settings).filter(({ name }) => this.opened.has(name))) {
      const [program = "", ...words] = this.client(host, "-O", "exit");
      spawnSync(program, words, { stdio: "ignore", timeout: 1000 });
    }
    rmSync(this.folder, { recursive: true, force: true });
  };

  private systemctl(verb: string, service: string): Promise<Ending> {
    const { unit } = programOf(service, this.settings);
    return this.asRoot(hostOf(service, this.settings).name, `systemctl ${verb} ${unit}\n`);
  }

  /** The same as `inside`, unless the service was stopped: then no program of it answers. */
  private whileUp(service: string, words: string[]): string {
    const { unit } = programOf(service, this.settings);
    const state = `"$(systemctl show --property ActiveState --value ${unit})"`;
    const refusal = `echo '${unit} is stopped' >&2; exit 1`;
    return `if [ ${state} = inactive ]; then ${refusal}; fi; ${this.inside(service, words)}`;
  }

  /** A command line that runs as a service's user. */
  private inside(service: string, words: string[]): string {
    const { user } = programOf(service, this.settings);
    const all = [...asRoot(this.settings), "runuser", "-u", user, "--", ...words];
    return `cd / && ${shellCommand(all)}`;
  }

  private async ssh(
    host: VmHost,
    line: string,
    input?: string,
    signal?: AbortSignal,
  ): Promise<Ending> {
    await this.reachable(host);
    return run([...this.client(host), line], input, signal);
  }

  /**
   * Opens the connection to a host at first use. Without it, or after it has failed, the client
   * connects for each command, or reports why it cannot.
   */
  private reachable(host: VmHost): Promise<void> {
    const opened = this.opened.get(host.name) ?? this.open(host);
    this.opened.set(host.name, opened);
    return opened;
  }

  /** Opens a connection that stays in the background. */
  private open(host: VmHost): Promise<void> {
    // Detects a host that dies meanwhile.
    const alive = ["ServerAliveInterval=5", "ServerAliveCountMax=2", "ControlMaster=yes"];
    const words = this.client(host, "-f", "-N", ...alive.flatMap((option) => ["-o", option]));
    const [program = "", ...rest] = words.filter((word) => word !== "--");
    return new Promise((resolve) => {
      // It keeps inherited file descriptors open for its whole life.
      const child = spawn(program, rest, { stdio: "ignore" });
      child.once("error", () => resolve());
      child.once("exit", () => resolve());
    });
  }

  /** The ssh client on the open connection to a host. */
  private client(host: VmHost, ...more: string[]): string[] {
    const [program = "", ...rest] = sshCommand(host, this.settings, this.folder);
    // ssh uses the first value of an option. A status command must not wait long for a dead host.
    const own = ["-o", `ControlPath=${this.folder}/%C`, "-o", "ConnectTimeout=3"];
    return [program, ...own, ...more, ...rest];
  }
}
