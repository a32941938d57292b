import assert from "node:assert/strict";
import { paths } from "../../configs/cluster/paths";
import type { Ending } from "../../platforms/command";
import { TestHosts, type TestHostsOptions } from "../hosts/testHosts";
import { keptFolder } from "../kept";
import type { TestEnvironment, StackSettings } from "./testEnvironment";
import {
  assertOnlyDataLeftOn,
  assertUntouchedOn,
  exporterUnits,
  placesThatShowOn,
  units,
} from "./vmHostChecks";

/** Downloaded to the hosts, so that an update does not wait for the network. */
export const cachedPackages = [
  ...["postgresql-17", "postgresql-client-17", "postgresql-client", "patroni", "python3-etcd"],
  ...["python3-psycopg2", "etcd-server", "etcd-client", "haproxy", "pgbouncer", "keepalived"],
  ...["curl", "nftables", "pgbackrest"],
  ...["prometheus-postgres-exporter", "prometheus-pgbouncer-exporter"],
  "prometheus-node-exporter",
];

/** Services with one instance on each of the first hosts. */
const families = ["etcd", "patroni", "haproxy", "pgbouncer"];

/** Three hosts that are reached over SSH: db1 has etcd1, patroni1 and so on. */
export class VmEnvironment implements TestEnvironment {
  /** Names of the hosts. */
  readonly names = ["db1", "db2", "db3"];
  private readonly furtherNames: string[] = [];
  private made: TestHosts | undefined;

  /**
   * @param prefix of all names on the Engine on which the hosts are containers
   * @param network of the hosts, the first three bytes of its addresses
   */
  constructor(
    private readonly prefix: string,
    private readonly network: string,
  ) {}

  /** The hosts. */
  get hosts(): TestHosts {
    if (this.made === undefined) throw new Error("the hosts are not made yet");
    return this.made;
  }

  /** The virtual address. */
  get virtualAddress(): string {
    return `${this.network}.100`;
  }

  async prepare(): Promise<void> {
    this.made = new TestHosts(this.options());
    await this.hosts.start(...this.names);
  }

  async adopt(): Promise<boolean> {
    this.made = await TestHosts.adopted(this.options());
    const further = this.made?.names.filter((name) => !this.names.includes(name)) ?? [];
    this.furtherNames.push(...further);
    return this.made !== undefined;
  }

  dispose({ isKept }: { isKept: boolean }): void {
    if (isKept) this.made?.leave();
    else this.made?.remove();
  }

  private options(): TestHostsOptions {
    const subnet = `${this.network}.0/24`;
    return {
      prefix: this.prefix,
      subnet,
      cachedPackages,
      keptIn: keptFolder(`${this.prefix}-hosts`),
    };
  }

  /** The settings of the hosts and of the access to them. */
  vmSettings(): StackSettings {
    return {
      ssh: { user: "deploy", privateKeyFile: this.hosts.access.privateKeyFile },
      hosts: Object.fromEntries(this.names.map((name) => [name, this.placement(name, families)])),
    };
  }

  /**
   * Hosts beyond the first three only have members, with their packages preinstalled, which saves
   * time.
   */
  async makeRoom(members: number, etcdMembers = members): Promise<StackSettings> {
    const wanted = Array.from({ length: members }, (_, i) => `db${i + 1}`);
    const withEtcd = wanted.slice(0, etcdMembers);
    const missing = wanted.filter((name) => ![...this.names, ...this.furtherNames].includes(name));
    await this.hosts.startPrepared(...missing);
    this.furtherNames.push(...missing);
    const placements = this.furtherNames.map((name) => [
      name,
      wanted.includes(name)
        ? this.placement(name, [...(withEtcd.includes(name) ? ["etcd"] : []), "patroni"])
        : undefined,
    ]);
    return { vm: { hosts: Object.fromEntries(placements) as StackSettings } };
  }

  /** A host with one service, new unless an earlier run has left it, and its settings. */
  async makeHost(name: string, service: string): Promise<StackSettings> {
    if (!this.hosts.names.includes(name)) await this.hosts.start(name);
    return this.hostSettings({ [name]: { ...this.identityOf(name), services: [service] } });
  }

  /** Replaces hosts by new machines with empty disks, and returns their settings. */
  async replace(...names: string[]): Promise<StackSettings> {
    await Promise.all(names.map((name) => this.hosts.replace(name)));
    return this.hostSettings(
      Object.fromEntries(names.map((name) => [name, this.identityOf(name)])),
    );
  }

  private readonly hostSettings = (hosts: StackSettings): StackSettings => ({ vm: { hosts } });

  private identityOf(name: string): StackSettings {
    const { address, hostKey } = this.hosts.host(name);
    return { address, hostKey };
  }

  /** Name of a service's host. */
  hostOf(service: string): string {
    return `db${service.replace(/\D/g, "")}`;
  }

  private placement(name: string, kinds: string[]): StackSettings {
    const number = name.slice("db".length);
    return { ...this.identityOf(name), services: kinds.map((kind) => kind + number) };
  }

  /** Runs a shell script on a host as root, without the network. */
  run(host: string, script: string, stdin = ""): Promise<Ending> {
    return this.hosts.execute(host, ["sh", "-euc", script], stdin);
  }

  /**
   * Runs a shell script that must succeed, and returns its output.
   * @throws {Error} with its output if it fails
   */
  async succeed(host: string, script: string, stdin = ""): Promise<string> {
    const { status, output } = await this.run(host, script, stdin);
    if (status !== 0) throw new Error(`${host}: ${script} ended with ${status}:\n${output}`);
    return output.trim();
  }

  /**
   * Name of the host that holds the virtual address.
   * @throws {Error} if none or more than one does
   */
  async addressHolder(): Promise<string> {
    const script = `ip -o -4 addr show | grep -qF ' ${this.virtualAddress}/'`;
    const held = await this.onEach(async (host) => (await this.run(host, script)).status === 0);
    const [holder, ...others] = this.names.filter((_, i) => held[i]);
    if (holder === undefined || others.length > 0) {
      throw new Error(`the virtual address is on ${[holder, ...others].join(" and ")}`);
    }
    return holder;
  }

  /** Runs an action for all hosts in parallel. */
  onEach<T>(action: (host: string) => Promise<T>): Promise<T[]> {
    return Promise.all(this.names.map(action));
  }

  async incarnations(): Promise<Record<string, string>> {
    const all = [...units, ...exporterUnits].join(" ");
    const script = `systemctl show --property Id,ActiveState,InvocationID ${all}`;
    const hosts = [...this.names, ...this.furtherNames];
    const ofHost = async (host: string) => {
      const { output } = await this.run(host, script);
      return output.split("\n\n").flatMap((unit) => {
        const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
        if (value("ActiveState") !== "active") return [];
        const service = value("Id").replace(".service", host.slice("db".length));
        return [[service, value("InvocationID")] as const];
      });
    };
    const found = await Promise.all(hosts.map(ofHost));
    return Object.fromEntries(found.flat());
  }

  async runningMembers(): Promise<number> {
    const script = "systemctl is-active --quiet patroni.service";
    const running = await this.onEach(async (host) => (await this.run(host, script)).status === 0);
    return running.filter(Boolean).length;
  }

  async inMember(member: string, ...command: string[]): Promise<string> {
    const user = member.startsWith("etcd") ? "etcd" : "postgres";
    const words = ["runuser", "-u", user, "--", ...command];
    const { status, output } = await this.hosts.execute(this.hostOf(member), words);
    assert.equal(status, 0, output);
    return output.trim();
  }

  asStranger(script: string): Promise<Ending> {
    return this.hosts.execute("db2", ["runuser", "-u", "nobody", "--", "sh", "-c", script]);
  }

  addressOf(service: string): string {
    return this.hosts.host(this.hostOf(service)).address;
  }

  fromInside(url: string): string {
    return url.replace(/sslrootcert=[^&]+/, `sslrootcert=${paths.caOf(paths.patroniConfig)}`);
  }

  async crash(member: string): Promise<void> {
    await this.hosts.kill(this.hostOf(member));
  }

  async setDataAccess(member: string, access: "denied" | "granted"): Promise<void> {
    const mode = access === "denied" ? "000" : "755";
    await this.succeed(this.hostOf(member), `chmod ${mode} /var/lib/postgresql`);
  }

  async inFilesOf(service: string, script: string, stdin: string): Promise<void> {
    await this.succeed(this.hostOf(service), script, stdin);
  }

  async restartAll(): Promise<void> {
    await this.onEach((host) =>
      this.succeed(host, `systemctl restart --no-block ${units.join(" ")}`),
    );
  }

  async placesThatShow(words: string[]): Promise<string[]> {
    return (await this.onEach((host) => placesThatShowOn(this, host, words))).flat();
  }

  async assertUntouched(): Promise<void> {
    await this.onEach((host) => assertUntouchedOn(this, host));
  }

  async assertOnlyDataLeft(): Promise<void> {
    await this.onEach((host) => assertOnlyDataLeftOn(this, host));
  }
}
