import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../configs/settings/schema";
import { topologyOf } from "../../configs/topology";
import { type ContainerSummary, Engine } from "./engine";
import { clusterIdentity, clusterLabel, stackLabel } from "./names";
import { publishedPorts } from "../../configs/publishedPorts";

/**
 * Looks for what would make an update fail half-way, before anything is created.
 * @throws {pulumi.RunError} no Engine, or all names and ports that are taken, each with the remedy.
 */
export async function preflight(settings: Settings, stack: string): Promise<void> {
  const engine = new Engine(settings.docker.host);
  try {
    await engine.docker("info", "--format", "{{.ServerVersion}}");
  } catch (error) {
    throw new pulumi.RunError(noEngine(engine, error));
  }
  const containers = await engine.containers(stackLabel);
  const problems = [
    ...takenNames(settings, stack, containers),
    ...(await takenNetwork(settings, stack, engine)),
    ...(await takenPorts(settings, stack, containers, engine.isLocal)),
  ];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      ["The cluster cannot be created here; nothing was changed.", ...problems].join("\n  "),
    );
  }
}

function noEngine({ host }: Engine, error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: string };
  if (code === "ENOENT") {
    return "The docker client is not on PATH. Install it (Debian and Ubuntu: docker.io), or run `npm run setup`.";
  }
  const where = host ?? process.env.DOCKER_HOST ?? "the local Engine";
  const reason = (stderr ?? String(error)).trim().split("\n").at(-1) ?? "";
  return `No Docker Engine answers at ${where}: ${reason}\n  Start it, set docker.host or DOCKER_HOST, or run \`npm run setup\`; nothing was changed.`;
}

function takenNames(settings: Settings, stack: string, containers: ContainerSummary[]): string[] {
  const identity = clusterIdentity(settings.clusterName, stack);
  const wanted = Object.values(topologyOf(settings, (name) => name))
    .flat()
    .map(({ name }) => identity.containerName(name));
  return containers
    .filter(({ name, stack: owner }) => wanted.includes(name) && owner !== stack)
    .map(
      ({ name, stack: owner }) =>
        `clusterName: the container ${name} exists already and belongs to ${owner === "" ? "somebody else" : `stack ${owner}`}; choose another clusterName`,
    );
}

async function takenNetwork(settings: Settings, stack: string, engine: Engine): Promise<string[]> {
  const format = `{{.Name}}\t{{.Label "${stackLabel}"}}\t{{.Label "${clusterLabel}"}}`;
  const lines = await engine.docker("network", "ls", "--format", format);
  return lines.split("\n").flatMap((line) => {
    const [name, owner] = line.split("\t");
    return name === settings.clusterName && owner !== stack
      ? [
          `clusterName: the network ${name} exists already and belongs to ${owner === "" || owner === undefined ? "somebody else" : `stack ${owner}`}; choose another clusterName`,
        ]
      : [];
  });
}

async function takenPorts(
  settings: Settings,
  stack: string,
  containers: ContainerSummary[],
  isLocal: boolean,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { port, setting } of publishedPorts(settings)) {
    const holder = containers.find(({ ports }) => ports.includes(port));
    const own = holder?.stack === stack;
    if (holder !== undefined && !own) {
      problems.push(
        `${setting}: port ${port} is in use by the container ${holder.name}; choose another`,
      );
    } else if (!own && isLocal && !(await isFree(port, settings.docker.publishAddress))) {
      problems.push(`${setting}: port ${port} is in use on this machine; choose another`);
    }
  }
  return problems;
}

/** Whether a port can be listened on, tried for real. */
function isFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
