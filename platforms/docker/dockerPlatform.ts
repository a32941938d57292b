import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../configs/settings/schema";
import { namesOf } from "../../configs/cluster/plan";
import { rerunOn } from "../difference";
import type { LeaderChanges } from "../leaderChanges";
import { proveAtEnd } from "../proof";
import type { Reach } from "../reach";
import { startOf } from "../start";
import type {
  Execution,
  PreDeleteHook,
  Platform,
  SelectiveExecution,
  Service,
  Trial,
} from "../platform";
import { whereScript } from "../whereScript";
import { clusterNetwork } from "./clusterNetwork";
import { DockerService } from "./dockerService";
import { imagesInUse } from "./imageContent";
import { Images } from "./images";
import { type ContainerCommands, inContainer } from "./inContainer";
import { clusterIdentity, type ClusterIdentity } from "./names";
import type { Findings } from "./preflight";
import { taskLimitDifference } from "./taskLimit";
import { containerTrial } from "./trial";

/** Runs a cluster's services as containers on one Docker Engine. */
export class DockerPlatform extends pulumi.ComponentResource implements Platform {
  /** Containers reach each other only over the cluster's own network. */
  readonly clusterNetworks = ["samenet"];
  /**
   * Clients on the Engine's own machine come from the network's gateway, which is in
   * {@link clusterNetworks}.
   */
  readonly clientNetworks: string[];
  /** A container has no watchdog device. */
  readonly watchdog = "off";
  /** It would need a capability. */
  readonly hasFence = false;
  readonly running: Platform["running"];
  readonly start: Platform["start"];
  readonly authorities: Platform["authorities"];
  readonly versions: Platform["versions"];
  private readonly taskLimits: Findings["taskLimits"];
  private readonly changedFiles: Findings["changedFiles"];
  private readonly identity: ClusterIdentity;
  private readonly images: Images;
  private readonly network: pulumi.Resource;
  private readonly provider: docker.Provider;
  private readonly environment: Record<string, string>;
  private readonly services: Service[] = [];
  private readonly reach: (() => Reach) | undefined;
  private readonly leaderChanges: LeaderChanges | undefined;

  /**
   * @param stack the owning stack, `organization/project/stack`
   * @param findings of the preflight
   * @param reach runs commands in the services; left out where nothing runs, as in a graph test
   * @param leaderChanges end with the update; left out: nothing may lead instead
   */
  constructor(
    name: string,
    private readonly settings: Settings,
    {
      stack,
      findings,
      reach,
      leaderChanges,
    }: { stack: string; findings: Findings; reach?: () => Reach; leaderChanges?: LeaderChanges },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hapg:docker:Platform", name, {}, opts);
    const { host, subnet, clientNetworks } = settings.docker;
    this.clientNetworks = clientNetworks;
    this.reach = reach;
    this.leaderChanges = leaderChanges;
    this.running = findings.running;
    this.authorities = findings.authority === undefined ? [] : [findings.authority];
    this.start = startOf(findings.running, findings.disks);
    this.taskLimits = findings.taskLimits;
    this.changedFiles = findings.changedFiles;
    this.versions = imagesInUse(settings);
    this.identity = clusterIdentity(settings.clusterName, stack);
    this.environment = host === undefined ? {} : { DOCKER_HOST: host };
    this.provider = new docker.Provider(name, host === undefined ? {} : { host }, { parent: this });
    const inherit = { parent: this, provider: this.provider };
    this.images = new Images(`${name}-images`, settings, inherit);
    this.network = clusterNetwork(
      `${name}-network`,
      {
        identity: this.identity,
        exists: findings.networkExists,
        subnet,
        environment: this.environment,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }

  clientHostsOf(services: string[]): string[] {
    const { publishAddress, advertiseAddress } = this.settings.docker;
    return services.map(() => advertiseAddress ?? publishAddress);
  }

  memberPortOf(member: string): number {
    const names = namesOf("patroni", this.settings);
    return this.settings.docker.memberPort + names.indexOf(member);
  }

  isAway(): boolean {
    return false;
  }

  networkInterfaceOf(): string {
    throw new Error("a container has no interface for a virtual address");
  }

  run(service: Service, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    this.services.push(service);
    const { logMegabytes, logFiles } = this.settings.docker;
    return new DockerService(
      `${this.settings.clusterName}-${service.name}`,
      {
        service,
        identity: this.identity,
        image: this.images.of(service.kind),
        network: this.network,
        publishAddress: this.settings.docker.publishAddress,
        logOpts: { "max-size": `${logMegabytes}m`, "max-file": String(logFiles) },
        protect: this.settings.protect,
        mayBeLeftover: this.reach !== undefined && this.taskLimits.get(service.name) === 0,
        filesDifference: this.changedFiles?.get(service.name),
        taskLimitDifference: taskLimitDifference(service, this.taskLimits.get(service.name)),
        environment: this.environment,
      },
      { ...opts, providers: [this.provider] },
    );
  }

  proveAtEnd(last: pulumi.CustomResource): void {
    if (this.reach !== undefined) proveAtEnd(this.services, last, this.reach, this.leaderChanges);
  }

  tryOut(name: string, trial: Trial, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const image = this.images.of(trial.service.kind);
    return containerTrial(name, { trial, image, environment: this.environment }, opts);
  }

  execute(
    name: string,
    { service, command: words, stdin, onlyIfRunning = false, difference }: Execution,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const { runWithInput, ifRunning } = this.inside(service);
    const run = runWithInput(words);
    const line = onlyIfRunning ? ifRunning(run) : run;
    const { triggers, options } = rerunOn(difference);
    return new command.local.Command(
      name,
      { create: line, update: line, stdin, triggers, environment: this.environment },
      pulumi.mergeOptions(opts, options),
    );
  }

  executeAtEnd(
    name: string,
    { service, command: words, isPostponed }: PreDeleteHook,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { run, ifRunning } = this.inside(service);
    return new command.local.Command(
      name,
      { delete: ifRunning(run(words)), triggers: words, environment: this.environment },
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
    const places = services.map((service, index) => {
      const { isThere, run, runWithInput, log } = this.inside(service);
      return { runs: isThere, isIt: run(condition), run: runWithInput(words), log, index };
    });
    const script = whereScript(places, { nobody, onlyIfRunning, patienceSeconds, blames });
    const { environment } = this;
    const { triggers, options } = rerunOn(difference);
    return new command.local.Command(
      name,
      { create: script, update: script, stdin, triggers, environment },
      pulumi.mergeOptions(opts, options),
    );
  }

  private inside({ name }: Pick<Service, "name">): ContainerCommands {
    return inContainer(this.identity.containerName(name));
  }
}
