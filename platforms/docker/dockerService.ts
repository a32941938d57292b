import { programText } from "../../programs/load";
import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { also } from "../dependsOn";
import { onlyIf, rerunOn } from "../difference";
import type { Service, ServiceFile } from "../platform";
import { installScript, packedScript, shellCommand } from "../shell";
import { healthCheck, recordFiles } from "./changedFiles";
import { asReadBack, byLabel, type ContainerArgs } from "./containerArgs";
import { confinement, sparingPostmaster } from "./confinement";
import { inContainer } from "./inContainer";
import { nameOnceFree } from "./freeName";
import { type ClusterIdentity, dataLabel, labelList } from "./names";
import { limitTasks, onceLimited } from "./taskLimit";

/** Arguments of {@link DockerService}. */
export interface DockerServiceArgs {
  service: Service;
  identity: ClusterIdentity;
  image: docker.RemoteImage;
  /** The network, which must exist before the container. Its name is the cluster's. */
  network: pulumi.Resource;
  /** Address that published ports listen on. */
  publishAddress: string;
  /** Options of the container's log. */
  logOpts: { "max-size": string; "max-file": string };
  /** Keep the data volume until protection is turned off. */
  protect: boolean;
  /** Whether a container without a process limit may exist that Pulumi does not know. */
  mayBeLeftover: boolean;
  /**
   * How the container's process limit differs from the setting, in words; undefined if it does not.
   */
  taskLimitDifference: string | undefined;
  /** Which files of the service were changed by hand, in words; undefined: none. */
  filesDifference: string | undefined;
  /** Environment that makes the docker client target the cluster's Engine. */
  environment: Record<string, string>;
}

/**
 * One service as a container: volumes for its data and its files, the container, its process limit,
 * and a gate that opens when the service is ready. A dependency on this component waits for the
 * gate.
 */
export class DockerService extends pulumi.ComponentResource {
  constructor(name: string, args: DockerServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:docker:Service", name, {}, opts);
    const { service, identity, environment, taskLimitDifference } = args;
    const containerName = identity.containerName(service.name);
    // Each child repeats the dependencies of the service: those of a component order the creation
    // of its children, but not their deletion.
    const { dependsOn = [] } = opts;
    const inherit = { parent: this, dependsOn };

    const data = dataVolume(name, args, inherit);
    const config = new docker.Volume(`${name}-config`, { labels: labelList(identity) }, inherit);
    const files = writeConfig(name, args, config, containerName, inherit);
    const permitted = permissions(name, args, data, inherit);
    const before = { ...inherit, dependsOn: also(dependsOn, ...permitted) };
    const container = createContainer(name, args, { config, data }, files, before);
    const limited = limitTasks(
      `${name}-task-limit`,
      { container, maximum: service.maximumTasks, difference: taskLimitDifference, environment },
      inherit,
    );
    const started = { ...inherit, dependsOn: also(dependsOn, limited) };
    waitUntilReady(name, args, container, containerName, started);
    this.registerOutputs({});
  }
}

/** The data outlives the service: neither a replacement nor `destroy` removes it. */
function dataVolume(
  name: string,
  { service, identity, protect }: DockerServiceArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Volume | undefined {
  if (service.dataDirectory === undefined) return undefined;
  return new docker.Volume(
    `${name}-data`,
    {
      name: identity.dataVolumeName(service.name),
      labels: byLabel(labelList(identity, { [dataLabel]: service.name })),
    },
    // Adopted data keeps its original labels, because labels cannot change.
    { ...opts, ...(protect ? { protect } : {}), retainOnDelete: true, ignoreChanges: ["labels"] },
  );
}

/** Grants the service's permissions of this update before its container starts. */
function permissions(
  name: string,
  { service, image, environment }: DockerServiceArgs,
  data: docker.Volume | undefined,
  opts: pulumi.CustomResourceOptions,
): command.local.Command[] {
  const { dataDirectory, permissions: all = [] } = service;
  if (data === undefined || dataDirectory === undefined) return [];
  return all.map(({ name: what, path, isGiven }) => {
    const give = pulumi
      .all([image.imageId, data.name])
      .apply(([imageId, volume]) =>
        shellCommand([
          ...["docker", "run", "--rm", "--network", "none", "--no-healthcheck", "--read-only"],
          ...["--cap-drop", "ALL", "--volume", `${volume}:${dataDirectory}`],
          ...["--entrypoint", "sh", imageId, "-c", `: >${path}`],
        ]),
      );
    const once = onlyIf(isGiven);
    return new command.local.Command(
      `${name}-${what}`,
      { create: isGiven ? give : ":", triggers: once.triggers, environment },
      pulumi.mergeOptions(opts, once.options),
    );
  });
}

/**
 * Files are in a volume and not in the container: they can change while it runs, and `inspect` does
 * not show secrets.
 */
function writeConfig(
  name: string,
  { service, image, environment, filesDifference }: DockerServiceArgs,
  volume: docker.Volume,
  containerName: string,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const contents = pulumi.all(service.files.map(({ content }) => pulumi.output(content)));
  const script = contents.apply((texts) => {
    const files = service.files.map(({ path, mode = 0o640 }, i) => ({
      path,
      mode,
      content: texts[i] ?? "",
    }));
    const directory = service.configDirectory;
    return packedScript(installScript(files, directory) + recordFiles(directory));
  });
  const { command: check, timeoutSeconds } = service.readiness;
  const call = pulumi
    .all([image.imageId, volume.name])
    .apply(([imageId, volumeName]) =>
      shellCommand([
        "write_config",
        imageId,
        volumeName,
        service.configDirectory,
        containerName,
        service.name,
        service.reloadSignal ?? "none",
        String(timeoutSeconds),
        shellCommand(service.reloaded ?? ["true"]),
        ...check,
      ]),
    );
  const { triggers, options } = rerunOn(filesDifference);
  const run = scriptCommand(call, "wait-ready.sh", "write-config.sh");
  return new command.local.Command(
    `${name}-files`,
    { ...run, stdin: script, triggers, environment },
    pulumi.mergeOptions(opts, options),
  );
}

function createContainer(
  name: string,
  args: DockerServiceArgs,
  { config, data }: { config: docker.Volume; data: docker.Volume | undefined },
  files: pulumi.Resource,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const { service, identity, image, network, publishAddress, mayBeLeftover, environment } = args;
  const mounts = [
    { type: "volume", target: service.configDirectory, source: config.name, readOnly: true },
    ...(data === undefined || service.dataDirectory === undefined
      ? []
      : [{ type: "volume", target: service.dataDirectory, source: data.name }]),
    ...(service.reads === undefined
      ? []
      : [
          {
            type: "volume",
            target: service.reads.dataDirectory,
            source: identity.dataVolumeName(service.reads.service),
            readOnly: true,
          },
        ]),
  ];
  const containerArgs: ContainerArgs = {
    name: mayBeLeftover
      ? nameOnceFree(
          { container: identity.containerName(service.name), host: environment.DOCKER_HOST },
          files.urn,
        )
      : identity.containerName(service.name),
    image: image.imageId,
    command: onceLimited(sparingPostmaster(service)),
    labels: labelList(identity, {
      "hapg.service": service.name,
      // A change of a file that cannot be reloaded changes this label, and so replaces the
      // container.
      "hapg.restart-on": restartDigest(service.files),
    }),
    mounts,
    // Set explicitly where Docker fills in a default: otherwise every preview would show a
    // difference.
    networkMode: "bridge",
    networksAdvanced: [{ name: identity.clusterName, aliases: [service.name] }],
    // DNS of a network-isolated container does not answer. The default timeout of 20 seconds is
    // longer than the leader's lease.
    dnsOpts: ["timeout:1", "attempts:2"],
    ports: service.ports.flatMap(({ port, published }) =>
      published === undefined ? [] : [{ internal: port, external: published, ip: publishAddress }],
    ),
    healthcheck: {
      tests: ["CMD", ...healthCheck(service.readiness.command, service.configDirectory)],
      interval: `${service.readiness.intervalSeconds ?? 10}s`,
      timeout: "5s",
      // In Docker's own notation: "60s" would always show as a difference.
      startPeriod: "1m0s",
      retries: 3,
    },
    restart: "unless-stopped",
    // Otherwise zombies of checks and operations would fill the process table until the limit is
    // reached.
    init: service.reapsOrphans !== true,
    ...confinement(service),
    memory: service.memoryMegabytes,
    memorySwap: service.memoryMegabytes,
    ...(service.sharedMemoryMegabytes === undefined
      ? {}
      : { shmSize: service.sharedMemoryMegabytes }),
    ...(service.stopSignal === undefined ? {} : { stopSignal: service.stopSignal }),
    stopTimeout: service.stopGraceSeconds,
    destroyGraceSeconds: service.stopGraceSeconds,
    logDriver: "json-file",
    logOpts: args.logOpts,
    mustRun: true,
  };
  const ready = also(opts.dependsOn, files, network);
  const handedOver = handOver(name, args, containerArgs, { ...opts, dependsOn: ready });
  return new docker.Container(name, asReadBack(containerArgs), {
    ...opts,
    dependsOn: also(ready, ...handedOver),
    deleteBeforeReplace: true,
  });
}

/**
 * Runs before a container is replaced, while the old one still exists, when an input of the
 * container changes.
 */
function handOver(
  name: string,
  { service, identity, environment }: DockerServiceArgs,
  containerArgs: docker.ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command[] {
  if (service.handOver === undefined) return [];
  const { run, ifRunning } = inContainer(identity.containerName(service.name));
  const create = ifRunning(run(service.handOver));
  const digest = pulumi
    .output(containerArgs)
    .apply((all) => createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16));
  const triggers = [digest];
  return [
    new command.local.Command(
      `${name}-hand-over`,
      // A different wording of the command is no reason to run it.
      { create, update: ":", triggers, environment },
      opts,
    ),
  ];
}

/** Runs again for each new container, and succeeds once the service is ready. */
function waitUntilReady(
  name: string,
  { service, environment }: DockerServiceArgs,
  container: docker.Container,
  containerName: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const { command: check, timeoutSeconds } = service.readiness;
  const call = shellCommand([
    "wait_ready",
    containerName,
    service.name,
    String(timeoutSeconds),
    ...check,
  ]);
  new command.local.Command(
    `${name}-ready`,
    { ...scriptCommand(call, "wait-ready.sh"), triggers: [container.id], environment },
    opts,
  );
}

/** Shell functions from `programs/docker/` and one call of them, for both create and update. */
function scriptCommand(
  call: pulumi.Input<string>,
  ...scripts: string[]
): { create: pulumi.Output<string>; update: pulumi.Output<string> } {
  const functions = scripts.map((file) => programText(`docker/${file}`));
  const text = pulumi.interpolate`set -eu\n${functions.join("\n")}\n${call}\n`;
  return { create: text, update: text };
}

/** A digest of what must not change under a running service. It does not reveal the content. */
function restartDigest(files: ServiceFile[]): pulumi.Output<string> {
  const parts = files
    .filter(({ onChange }) => onChange === "restart")
    .map(({ path, content, mode }) =>
      pulumi.output(content).apply((text) => ({ path, text, mode })),
    );
  const digest = pulumi
    .all(parts)
    .apply((all) => createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16));
  return pulumi.unsecret(digest);
}
