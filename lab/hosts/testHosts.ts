import { until } from "../../operations/until";
import { type Ending, run, succeed } from "../../platforms/command";
import { Conversation } from "../../platforms/conversation";
import { DockerObjects } from "../dockerObjects";
import { hostImage, preparedHostImage, type Suite } from "./hostImage";
import { SshAccess } from "./sshAccess";

/** Settings of {@link TestHosts}. */
export interface TestHostsOptions {
  /** Prefix of all names on the Engine; objects of an earlier run with this prefix are removed. */
  prefix: string;
  /** Debian release of the hosts. Default: trixie. */
  suite?: Suite;
  /** Network of the hosts, a /24: the first host has .11, the next .12, … Default: 10.213.77.0/24. */
  subnet?: string;
  /** Memory of each host, in MiB. Default: 1536. */
  memoryMegabytes?: number;
  /** Packages that are downloaded to the hosts but not installed. Default: none. */
  cachedPackages?: string[];
  /** Directory that keeps the login key for another run. Default: none. */
  keptIn?: string | undefined;
}

/** The login user: `deploy` may run everything by sudo without a password. */
export type HostUser = "deploy" | "root";

/** A host as seen from outside. */
export interface TestHost {
  name: string;
  address: string;
  /** The host's public ssh key, `ssh-ed25519 AAAA…`. */
  hostKey: string;
}

const label = "hapg.test-hosts";
const signals = ["SIGINT", "SIGTERM"] as const;
const bootSeconds = 60;

/**
 * Machines for tests: containers with systemd and an SSH server on a separate network. They can be
 * killed, frozen, network-isolated and replaced, and are removed after the test, however it ends.
 *
 * They differ from machines in some points. Kernel settings other than those of the network are
 * read-only, and so is the clock. The visible memory is that of the Engine's machine. Memory limits
 * of units only work if the Engine has control groups of version 2. Name resolution uses rules of
 * the packet filter: after a flush of all rules it fails until the next boot.
 */
export class TestHosts {
  /** Login key pair, and the file with the hosts' keys. */
  readonly access: SshAccess;
  private readonly hosts = new Map<string, TestHost>();
  private readonly options: Required<Omit<TestHostsOptions, "keptIn">>;
  private readonly aborted = new AbortController();
  private readonly close = () => {
    this.remove();
    process.exit(1);
  };

  constructor({ keptIn, ...options }: TestHostsOptions, isAdopted = false) {
    this.access = new SshAccess(keptIn);
    this.options = {
      suite: "trixie",
      subnet: "10.213.77.0/24",
      memoryMegabytes: 1536,
      cachedPackages: [],
      ...options,
    };
    // Mocha ends the process that runs the tests with both signals, one right after the other.
    for (const signal of signals) process.once(signal, this.close);
    if (!isAdopted) this.removeObjects();
  }

  /** The hosts that an earlier run has left; undefined if there are none. */
  static async adopted(options: TestHostsOptions): Promise<TestHosts | undefined> {
    const hosts = new TestHosts(options, true);
    const format = "{{.Names}}";
    const filter = `label=${label}=${options.prefix}`;
    const printed = await hosts.docker("ps", "--filter", filter, "--format", format);
    const names = printed.split("\n").filter((line) => line !== "");
    if (names.length === 0) {
      hosts.leave();
      return undefined;
    }
    for (const container of names.sort()) {
      const name = container.slice(options.prefix.length + 1);
      const of = `{{(index .NetworkSettings.Networks "${options.prefix}").IPAddress}}`;
      const address = await hosts.docker("inspect", "--format", of, container);
      hosts.hosts.set(name, { name, address, hostKey: "" });
      await hosts.untilUp(name);
    }
    return hosts;
  }

  /** Names of the hosts. */
  get names(): string[] {
    return [...this.hosts.keys()];
  }

  /** Boots new hosts in parallel; the first call may take a minute to build their image. */
  async start(...names: string[]): Promise<TestHost[]> {
    const { suite, cachedPackages } = this.options;
    return this.startFrom(await hostImage(suite, cachedPackages, this.aborted.signal), names);
  }

  /** The same for hosts on which the cached packages are installed, but do not run. */
  async startPrepared(...names: string[]): Promise<TestHost[]> {
    const { suite, cachedPackages } = this.options;
    const image = await preparedHostImage(suite, cachedPackages, this.aborted.signal);
    return this.startFrom(image, names);
  }

  /** A running host. */
  host(name: string): TestHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host is named ${name}`);
    return host;
  }

  /** Runs a command on a host as root, without the network. */
  execute(name: string, command: string[], stdin = ""): Promise<Ending> {
    return run(this.inside(name, command), stdin, this.aborted.signal);
  }

  /** Starts a command in the same way, for an exchange of lines. */
  converse(name: string, command: string[]): Conversation {
    return new Conversation(this.inside(name, command));
  }

  /** Runs a command on a host by SSH, and verifies the host's key. */
  ssh(
    name: string,
    command: string[],
    { user = "deploy", stdin = "" }: { user?: HostUser; stdin?: string } = {},
  ): Promise<Ending> {
    const words = this.access.commandLine(user, this.host(name).address, command);
    return run(words, stdin, this.aborted.signal);
  }

  /** Power cut: kills everything on the host at once; only its disk remains. */
  async kill(name: string): Promise<void> {
    await this.docker("kill", this.containerOf(name));
  }

  /** Boots a killed host on its disk, and reconnects it to the network. */
  async startAgain(name: string): Promise<void> {
    await this.docker("start", this.containerOf(name));
    await this.untilUp(name);
  }

  /** Shuts a host down cleanly and boots it. */
  async reboot(name: string): Promise<void> {
    await this.docker("restart", "--time", "90", this.containerOf(name));
    await this.untilUp(name);
  }

  /** Freezes all processes of a host. */
  async pause(name: string): Promise<void> {
    await this.docker("pause", this.containerOf(name));
  }

  /** Resumes a frozen host. */
  async unpause(name: string): Promise<void> {
    await this.docker("unpause", this.containerOf(name));
  }

  /** Disconnects a host from the network, as a broken switch does: its interface stays up. */
  async isolate(name: string): Promise<void> {
    await this.setBridgeOf(name, "nomaster");
  }

  /** Reconnects a host to the network. */
  async reconnect(name: string): Promise<void> {
    const id = await this.docker("network", "inspect", "--format", "{{.Id}}", this.options.prefix);
    await this.setBridgeOf(name, "master", `br-${id.slice(0, 12)}`);
    await this.untilUp(name);
  }

  /** Replaces a host with a new machine: same name and address, another key, an empty disk. */
  async replace(name: string): Promise<TestHost> {
    const { suite, cachedPackages } = this.options;
    await this.docker("rm", "--force", "--volumes", this.containerOf(name));
    return this.boot(name, await hostImage(suite, cachedPackages, this.aborted.signal));
  }

  /** Removes a host and its disk. */
  async discard(name: string): Promise<void> {
    await this.docker("rm", "--force", "--volumes", this.containerOf(name));
    this.hosts.delete(name);
  }

  /** Ends this run's access to the hosts, which keep running. */
  leave(): void {
    for (const signal of signals) process.removeListener(signal, this.close);
    // A running command would create more objects.
    this.aborted.abort();
  }

  /** Removes everything that was created. */
  remove(): void {
    this.leave();
    this.removeObjects();
    this.access.remove();
  }

  private async startFrom(image: string, names: string[]): Promise<TestHost[]> {
    const { prefix, subnet } = this.options;
    if (this.hosts.size === 0) {
      const mark = ["--label", `${label}=${prefix}`];
      await this.docker("network", "create", ...mark, "--subnet", subnet, prefix);
    }
    for (const name of names) {
      const taken = [...this.hosts.values()].map(({ address }) =>
        Number(address.split(".").at(-1)),
      );
      const address = subnet.replace(/0\/24$/, String(Math.max(10, ...taken) + 1));
      this.hosts.set(name, { name, address, hostKey: "" });
    }
    return Promise.all(names.map((name) => this.boot(name, image)));
  }

  private async boot(name: string, image: string): Promise<TestHost> {
    const { prefix, memoryMegabytes } = this.options;
    const container = this.containerOf(name);
    const memory = `${memoryMegabytes}m`;
    await this.docker(
      ...["create", "--name", container, "--hostname", name, "--label", `${label}=${prefix}`],
      ...["--network", prefix, "--ip", this.host(name).address],
      ...["--memory", memory, "--memory-swap", memory, "--shm-size", "256m"],
      // The needs of systemd and of a machine's administrator: mounts, addresses, packet filters,
      // priorities.
      ...["SYS_ADMIN", "NET_ADMIN", "SYS_NICE", "SYS_PTRACE"].flatMap((one) => ["--cap-add", one]),
      ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
      ...["--cgroupns", "private", "--env", "container=docker", "--tty"],
      // A reboot ends the container of a machine, which then starts again.
      ...["--stop-signal", "SIGRTMIN+3", "--restart", "unless-stopped", image],
    );
    for (const home of ["/root", "/home/deploy"]) {
      const file = `${container}:${home}/.ssh/authorized_keys`;
      await this.docker("cp", this.access.authorizedKeysFile, file);
    }
    await this.docker("start", container);
    return this.untilUp(name);
  }

  /** Waits until logins work. */
  private async untilUp(name: string): Promise<TestHost> {
    if (await until(bootSeconds, () => this.isUp(name), 100)) return this.host(name);
    const log = await this.docker("logs", "--tail", "30", this.containerOf(name));
    throw new Error(`${name} lets nobody in after ${bootSeconds} s:\n${log}`);
  }

  private async isUp(name: string): Promise<boolean> {
    // Checked from inside first: the server blocks clients after too many failed logins.
    const isOpen = "systemctl is-active --quiet systemd-user-sessions.service ssh.service";
    const script = `${isOpen} && cat /etc/ssh/ssh_host_ed25519_key.pub`;
    const { output } = await this.execute(name, ["sh", "-c", script]);
    const [hostKey] = /^ssh-ed25519 \S+/.exec(output) ?? [];
    if (hostKey === undefined) return false;
    const host = { ...this.host(name), hostKey };
    this.hosts.set(name, host);
    this.access.trust(host.address, hostKey);
    return (await this.ssh(name, ["true"])).status === 0;
  }

  /** Changes the bridge of a host's interface, from the network namespace of the Engine. */
  private async setBridgeOf(name: string, ...setting: string[]): Promise<void> {
    const { output } = await this.execute(name, ["cat", "/sys/class/net/eth0/iflink"]);
    const script = [
      'port=$(grep -lx "$1" /sys/class/net/*/ifindex | cut -d/ -f5)',
      "shift",
      'ip link set dev "$port" "$@"',
    ].join("\n");
    const image = await hostImage(this.options.suite);
    await this.docker(
      ...["run", "--rm", "--network", "host", "--cap-add", "NET_ADMIN", image],
      ...["sh", "-euc", script, "sh", output.trim(), ...setting],
    );
  }

  private inside(name: string, command: string[]): string[] {
    return ["docker", "exec", "-i", this.containerOf(name), ...command];
  }

  private containerOf(name: string): string {
    return `${this.options.prefix}-${this.host(name).name}`;
  }

  private docker(...words: string[]): Promise<string> {
    return succeed(["docker", ...words], "", this.aborted.signal);
  }

  private removeObjects(): void {
    new DockerObjects(this.options.prefix, label).remove();
  }
}
