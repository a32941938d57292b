import { programText } from "../../programs/load";
import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Service, Trial } from "../platform";
import { installScript, packedScript, shellCommand } from "../shell";
import { confinement } from "./confinement";

/** Arguments of {@link containerTrial}. */
export interface ContainerTrialArgs {
  trial: Trial;
  image: docker.RemoteImage;
  /** Environment that makes the docker client target the cluster's Engine. */
  environment: Record<string, string>;
}

const judge = programText("judge.sh");

/** Runs a trial in a temporary container with the service's image, user and limits. */
export function containerTrial(
  name: string,
  { trial: { service, files, command: words }, image, environment }: ContainerTrialArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const run = image.imageId.apply((imageId) =>
    shellCommand([
      ...["judge", service.name, "docker", "run", "--rm", "-i", "--init", "--no-healthcheck"],
      ...limits(service),
      ...["--entrypoint", "sh", imageId, "-s"],
    ]),
  );
  const line = pulumi.interpolate`set -eu\n${judge}\n${run}\n`;
  const stdin = pulumi
    .all(files.map(({ content }) => pulumi.output(content)))
    .apply((texts) => packedScript(trialScript(files, texts, words)));
  return new command.local.Command(name, { create: line, update: line, stdin, environment }, opts);
}

/** Writes the files and executes the command. */
export function trialScript(files: Trial["files"], texts: string[], words: string[]): string {
  const all = files.map(({ path, mode = 0o640 }, i) => ({ path, mode, content: texts[i] ?? "" }));
  return `${installScript(all)}exec ${shellCommand(words)} </dev/null\n`;
}

/**
 * Options of the docker client for the limits of the service's own container, and for no network.
 */
function limits(service: Service): string[] {
  const { capabilities, securityOpts, tmpfs, ulimits } = confinement(service);
  const memory = `${service.memoryMegabytes}m`;
  const shared = service.sharedMemoryMegabytes;
  // Anonymous volumes belong to the image's user, as the service's own do, and are removed with the
  // container.
  const volumes = [service.configDirectory, service.dataDirectory];
  return [
    ...["--network", "none", "--read-only"],
    ...capabilities.drops.flatMap((one) => ["--cap-drop", one]),
    ...securityOpts.flatMap((one) => ["--security-opt", one]),
    ...ulimits.flatMap(({ name, soft, hard }) => ["--ulimit", `${name}=${soft}:${hard}`]),
    ...Object.entries(tmpfs).flatMap(([path, options]) => ["--tmpfs", `${path}:${options}`]),
    ...volumes.flatMap((path) => (path === undefined ? [] : ["--volume", path])),
    ...["--memory", memory, "--memory-swap", memory],
    ...["--pids-limit", String(service.maximumTasks)],
    ...(shared === undefined ? [] : ["--shm-size", `${shared}m`]),
  ];
}
