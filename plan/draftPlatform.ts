import * as pulumi from "@pulumi/pulumi";
import { hostOf, vmHosts } from "../configs/cluster/placement";
import { namesOf, serviceNamed } from "../configs/cluster/plan";
import { ports } from "../configs/cluster/ports";
import type { Settings } from "../configs/settings/schema";
import type { Execution, Platform, SelectiveExecution, Service } from "../platforms/platform";

/** A script that an update runs inside a service, if its input has changed. */
export interface Script {
  /** Name of the resource. */
  name: string;
  command: string[];
  stdin: pulumi.Input<string>;
}

/**
 * A platform on which nothing runs: it collects what the components describe. It stands for a
 * healthy cluster of these settings.
 */
export class DraftPlatform implements Platform {
  readonly services: Service[] = [];
  readonly scripts: Script[] = [];
  readonly clusterNetworks: string[];
  readonly clientNetworks: string[];
  readonly watchdog: Platform["watchdog"];
  readonly hasFence: boolean;
  readonly running = undefined;
  readonly start = { isCold: false, foundsPostgres: false, foundsEtcd: false };
  readonly authorities = [];
  readonly versions = {};
  private readonly isOnHosts: boolean;

  constructor(private readonly settings: Settings) {
    const { platform, docker, vm } = settings;
    this.isOnHosts = platform === "vm";
    this.clusterNetworks = this.isOnHosts
      ? vmHosts(settings).map(({ address }) => `${address}/32`)
      : ["samenet"];
    this.clientNetworks = this.isOnHosts ? vm.clientNetworks : docker.clientNetworks;
    this.watchdog = this.isOnHosts ? vm.watchdog : "off";
    this.hasFence = this.isOnHosts;
  }

  isAway(service: string): boolean {
    return this.isOnHosts && hostOf(service, this.settings).away;
  }

  clientHostsOf(services: string[]): string[] {
    const { docker } = this.settings;
    return this.isOnHosts
      ? services.map((service) => serviceNamed(service, this.settings).address)
      : services.map(() => docker.advertiseAddress ?? docker.publishAddress);
  }

  memberPortOf(member: string): number {
    return this.isOnHosts
      ? ports.postgres
      : this.settings.docker.memberPort + namesOf("patroni", this.settings).indexOf(member);
  }

  networkInterfaceOf(): string {
    return this.settings.keepalived.interface ?? "";
  }

  run(service: Service, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    this.services.push(service);
    return new pulumi.ComponentResource("hapg:plan:Service", service.name, {}, opts);
  }

  proveAtEnd(): void {
    // Nothing runs.
  }

  tryOut(name: string, _: unknown, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return draftResource(name, opts);
  }

  execute(
    name: string,
    { command, stdin }: Execution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    this.scripts.push({ name, command, stdin });
    return draftResource(name, opts);
  }

  executeAtEnd(name: string, _: unknown, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return draftResource(name, opts);
  }

  executeWhere(
    name: string,
    { command, stdin }: SelectiveExecution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    this.scripts.push({ name, command, stdin });
    return draftResource(name, opts);
  }
}

class DraftResource extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions) {
    super("hapg:plan:Script", name, {}, opts);
  }
}

const draftResource = (name: string, opts: pulumi.CustomResourceOptions) =>
  new DraftResource(name, opts);
