import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { hostOf, servicesOn, type VmHost, vmHosts } from "../../configs/cluster/placement";
import { serviceNamed } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";
import { ports } from "../../configs/cluster/ports";
import { also } from "../dependsOn";
import { rerunOn } from "../difference";
import type { LeaderChanges } from "../leaderChanges";
import type {
  Execution,
  PreDeleteHook,
  Platform,
  SelectiveExecution,
  Service,
  Trial,
} from "../platform";
import { shellCommand } from "../shell";
import { whereScript } from "../whereScript";
import { inService } from "./inService";
import type { Installation } from "./installation";
import { connectionTo } from "./connection";
import { keyFileOf, knownHosts, sshCommand } from "./ssh";
import { keyInput, withSshFiles } from "./sshFiles";
import { proveAtEnd } from "../proof";
import type { Reach } from "../reach";
import { startOf } from "../start";
import { isUnknownHost } from "./unknownHost";
import { authoritiesOn, disksOn, versionsOn, type Findings, runningOn } from "./survey";
import { hostTrial } from "./trial";
import { hostInstallation } from "./vmHost";
import { serviceInstallation } from "./vmService";

/** Addresses of hosts that are outputs of other resources. Only removals depend on these. */
export type HostAddresses = ReadonlyMap<string, pulumi.Output<string>>;

/** Runs a cluster's services as systemd units on hosts that are reached over SSH. */
export class VmPlatform extends pulumi.ComponentResource implements Platform {
  readonly clusterNetworks: string[];
  readonly clientNetworks: string[];
  readonly watchdog: Platform["watchdog"];
  readonly hasFence = true;
  readonly running: Platform["running"];
  readonly start: Platform["start"];
  readonly authorities: Platform["authorities"];
  readonly versions: Platform["versions"];
  private readonly hosts = new Map<string, Installation>();
  private readonly services: Service[] = [];
  private readonly reach: (() => Reach) | undefined;
  private readonly leaderChanges: LeaderChanges | undefined;

  /**
   * @param stack the owning stack, `organization/project/stack`
   * @param findings of the survey
   * @param reach runs commands in the services; left out where nothing runs, as in a graph test
   * @param leaderChanges end with the update; left out: nothing may lead instead
   * @param addresses that other resources have given, by host
   */
  constructor(
    name: string,
    private readonly settings: Settings,
    private readonly args: {
      stack: string;
      findings: Findings;
      reach?: () => Reach;
      leaderChanges?: LeaderChanges;
      addresses?: HostAddresses;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hapg:vm:Platform", name, {}, opts);
    const hosts = vmHosts(settings);
    this.clusterNetworks = hosts.map(({ address }) => `${address}/32`);
    this.clientNetworks = settings.vm.clientNetworks;
    this.watchdog = settings.vm.watchdog;
    this.reach = args.reach;
    this.leaderChanges = args.leaderChanges;
    this.running = runningOn(args.findings);
    this.versions = versionsOn(args.findings, settings);
    this.authorities = authoritiesOn(args.findings);
    // A host that was not looked at may hold data.
    const isComplete = hosts.every((host) => !host.away && !isUnknownHost(host, settings));
    this.start = startOf(this.running, disksOn(args.findings), isComplete);
    for (const host of hosts) {
      const { stack, findings } = args;
      const installation = hostInstallation(
        `${settings.clusterName}-${host.name}`,
        {
          host,
          address: this.addressOf(host),
          settings,
          stack,
          connection: this.connectionTo(host),
          facts: findings.facts.get(host.name),
        },
        { parent: this },
      );
      this.hosts.set(host.name, installation);
    }
    this.registerOutputs({});
  }

  isAway(service: string): boolean {
    return hostOf(service, this.settings).away;
  }

  clientHostsOf(services: string[]): string[] {
    const { virtualAddress } = this.settings.keepalived;
    const planned = services.map((service) => serviceNamed(service, this.settings));
    const addresses = planned.map(({ address }) => address);
    if (virtualAddress === undefined || planned.some(({ kind }) => kind === "patroni"))
      return addresses;
    // The virtual address is on one of the routers' hosts and serves clients of all of them.
    const routers = vmHosts(this.settings).filter((host) =>
      servicesOn(host, this.settings).some(({ kind }) => kind === "haproxy"),
    );
    return routers.every(({ address }) => addresses.includes(address))
      ? [virtualAddress]
      : addresses;
  }

  memberPortOf(): number {
    return ports.postgres;
  }

  networkInterfaceOf(service: string): string {
    const host = hostOf(service, this.settings);
    const facts = this.args.findings.facts.get(host.name);
    // A host that is away keeps its current file; one that a preview does not know has none yet.
    if (facts === undefined) return "";
    const found = facts.interfaces[host.address];
    if (found === undefined) {
      throw new pulumi.RunError(
        `vm.hosts.${host.name}: no interface there holds ${host.address}; set keepalived.interface`,
      );
    }
    return found;
  }

  run(service: Service, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    this.services.push(service);
    const host = hostOf(service.name, this.settings);
    const prepared = this.hosts.get(host.name);
    return serviceInstallation(
      `${this.settings.clusterName}-${service.name}`,
      {
        service,
        host,
        address: this.addressOf(host),
        settings: this.settings,
        connection: this.connectionTo(host),
        facts: this.args.findings.facts.get(host.name),
      },
      {
        ...opts,
        dependsOn: also(opts.dependsOn, ...(prepared === undefined ? [] : [prepared])),
      },
    );
  }

  proveAtEnd(last: pulumi.CustomResource): void {
    const services = this.services.filter(({ name }) => !this.isAway(name));
    if (this.reach !== undefined) proveAtEnd(services, last, this.reach, this.leaderChanges);
  }

  tryOut(name: string, trial: Trial, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { settings } = this;
    const host = hostOf(trial.service.name, settings);
    const prepared = this.hosts.get(host.name);
    return hostTrial(
      name,
      { trial, host, settings, connection: this.connectionTo(host) },
      { ...opts, dependsOn: also(opts.dependsOn, ...(prepared === undefined ? [] : [prepared])) },
    );
  }

  execute(
    name: string,
    { service, command: words, stdin, onlyIfRunning = false, difference }: Execution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const host = hostOf(service.name, this.settings);
    const line = onlyIfRunning
      ? this.ifRunning(service, words)
      : `cd / && ${shellCommand(inService(service, this.settings).run(words))}`;
    const { triggers, options } = rerunOn(difference);
    return new command.remote.Command(
      name,
      {
        connection: this.connectionTo(host),
        create: line,
        update: line,
        stdin,
        triggers,
        addPreviousOutputInEnv: false,
      },
      {
        ...opts,
        ignoreChanges: [
          ...(options.ignoreChanges ?? []),
          ...(host.away ? ["connection", "create", "update", "stdin"] : []),
        ],
      },
    );
  }

  executeAtEnd(
    name: string,
    { service, command: words, isPostponed }: PreDeleteHook,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const host = hostOf(service.name, this.settings);
    return new command.remote.Command(
      name,
      {
        connection: this.connectionTo(host),
        delete: this.ifRunning(service, words),
        triggers: words,
        addPreviousOutputInEnv: false,
      },
      { ...opts, ignoreChanges: isPostponed ? ["delete", "triggers"] : [] },
    );
  }

  executeWhere(
    name: string,
    {
      services,
      condition,
      command: words,
      stdin,
      nobody,
      onlyIfRunning = false,
      patienceSeconds,
      blames = false,
      difference,
    }: SelectiveExecution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { settings } = this;
    const places = services
      .map((service, index) => ({ service, index }))
      .filter(({ service }) => !this.isAway(service.name))
      .map(({ service, index }) => {
        const { runs, run, log } = inService(service, settings);
        const ssh = sshCommand(hostOf(service.name, settings), settings, ".");
        const there = (line: string[]) => shellCommand([...ssh, `cd /; ${shellCommand(line)}`]);
        return {
          runs: there(runs),
          isIt: there(run(condition)),
          run: there(run(words)),
          log: there(log),
          index,
        };
      });
    // The command provider has one host for each command, and the right one is known only when it
    // runs.
    const script = withSshFiles(
      whereScript(places, { nobody, onlyIfRunning, patienceSeconds, blames }),
      knownHosts(settings, this.args.findings.keys),
    );
    const input = pulumi.interpolate`${pulumi.secret(keyInput(keyFileOf(settings)))}${stdin}`;
    const { triggers, options } = rerunOn(difference);
    return new command.local.Command(
      name,
      { create: script, update: script, stdin: input, triggers },
      pulumi.mergeOptions(opts, options),
    );
  }

  /** A shell command that skips another one if its service does not run. */
  private ifRunning(service: Pick<Service, "kind">, words: string[]): string {
    const { runs, run } = inService(service, this.settings);
    return `cd /; if ${shellCommand(runs)}; then ${shellCommand(run(words))}; fi`;
  }

  private addressOf({ name, address }: VmHost): pulumi.Input<string> {
    return this.args.addresses?.get(name) ?? address;
  }

  private connectionTo(host: VmHost) {
    return connectionTo(host, this.settings, this.args.findings.keys);
  }
}
