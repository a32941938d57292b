import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../configs/settings/schema";
import { configDirectories, paths } from "../../configs/cluster/paths";
import { namesOf, planOf } from "../../configs/cluster/plan";
import { adoptCommand, isAdopting } from "../adopting";
import type { RunningCluster } from "../platform";
import type { Disk } from "../disks";
import { askForDrift, askMember, runningCluster } from "../running";
import { lookAtFiles } from "./changedFiles";
import { contextProblem } from "./context";
import { type ContainerState, type ContainerSummary, Engine } from "./engine";
import { clusterIdentity, clusterLabel, stackLabel } from "./names";
import { machineOf, shortages } from "./resources";
import { lookAtDisks } from "./volumes";
import { publishedPorts } from "../../configs/cluster/publishedPorts";

/** The result of the preflight on an Engine. */
export interface Findings {
  /** Whether the cluster's network exists. */
  networkExists: boolean;
  running: RunningCluster | undefined;
  /** Data of the services; not read while there is a leader. */
  disks: Disk[];
  /** The CAs that the cluster's services trust, as PEM; undefined if there are none. */
  authority?: string | undefined;
  /** The process limit of each existing container; 0: no limit. */
  taskLimits: ReadonlyMap<string, number>;
  /** Files that somebody has changed, in words by service. */
  changedFiles?: ReadonlyMap<string, string>;
}

/**
 * Looks for obstacles that would make an update fail half-way, before anything is created.
 * @throws {pulumi.RunError} if no Engine answers, or with all names and ports that are in use, each
 * with the remedy
 */
export function preflight(settings: Settings, stack: string): Findings {
  const context = contextProblem(settings.docker.host);
  if (context !== undefined) throw new pulumi.RunError(`${context}; nothing was changed.`);
  const engine = new Engine(settings.docker.host);
  const containers = reachableContainers(engine);
  const network = engine.network(settings.clusterName, stackLabel);
  const foreign = foreignObjects(settings, stack, containers, network);
  const problems = [
    ...otherName(settings, stack, containers),
    ...(isAdopting() ? foreign.ofOthers : [...foreign.ofOthers, ...foreign.ofStacks]),
    ...takenPorts(settings, stack, containers, engine.isLocal),
    ...(network?.stack === stack ? otherSubnet(settings, engine) : []),
    ...(isComplete(settings, stack, containers) ? [] : tooSmall(settings, engine)),
  ];
  if (problems.length > 0) {
    throw new pulumi.RunError(
      ["The cluster cannot be created here; nothing was changed.", ...problems].join("\n  "),
    );
  }
  const states = statesByService(settings, stack, engine, containers);
  const { running, authority } = lookAtMembers(settings, stack, engine, containers);
  return {
    networkExists: network !== undefined,
    running,
    authority: authority ?? authorityInContainer(settings, engine, containers),
    disks: running?.leader === undefined ? lookAtDisks(settings, stack, engine) : [],
    taskLimits: taskLimitsOf(states, engine),
    changedFiles: lookAtFiles(settings, states),
  };
}

/** States of the cluster's containers, running or not, by service. */
function statesByService(
  settings: Settings,
  stack: string,
  engine: Engine,
  containers: ContainerSummary[],
): Map<string, ContainerState> {
  const identity = clusterIdentity(settings.clusterName, stack);
  const there = serviceNamesOf(settings)
    .map((service) => ({ service, container: identity.containerName(service) }))
    .filter(({ container }) => containers.some(({ name }) => name === container));
  if (there.length === 0) return new Map();
  const states = engine.states(there.map(({ container }) => container));
  return new Map(
    there.flatMap(({ service, container }) => {
      const state = states.get(container);
      return state === undefined ? [] : [[service, state]];
    }),
  );
}

/** Empty if the Engine cannot limit processes: then a missing limit is no difference. */
function taskLimitsOf(
  states: ReadonlyMap<string, ContainerState>,
  engine: Engine,
): Map<string, number> {
  const limits = [...states].map(([service, { taskLimit }]) => [service, taskLimit] as const);
  const isLimited = limits.every(([, limit]) => limit > 0) || engine.limitsTasks();
  return new Map(isLimited ? limits : []);
}

const serviceNamesOf = (settings: Settings) => planOf(settings).map(({ name }) => name);

/** The members' view of the cluster. */
interface Asked {
  running?: RunningCluster | undefined;
  authority?: string;
}

/**
 * Longest wait for a leader while members answer, because a failover may be in progress. In
 * seconds.
 */
const patienceSeconds = 5;

/** Asks the members one after the other until one of them knows the leader. */
function lookAtMembers(
  settings: Settings,
  stack: string,
  engine: Engine,
  containers: ContainerSummary[],
): Asked {
  const deadline = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const asked = askMembers(settings, stack, engine, containers);
    const { running } = asked;
    if (running === undefined || running.leader !== undefined || Date.now() >= deadline) {
      return asked;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

function askMembers(
  settings: Settings,
  stack: string,
  engine: Engine,
  containers: ContainerSummary[],
): Asked {
  const identity = clusterIdentity(settings.clusterName, stack);
  const askCa = `base64 -w0 ${paths.caOf(paths.patroniConfig)}`;
  const ask = ["date +%s", askCa, "echo", askForDrift(settings), "echo", askMember()].join("; ");
  const found: Asked = {};
  for (const member of namesOf("patroni", settings)) {
    const container = identity.containerName(member);
    if (!containers.some(({ name, isRunning }) => name === container && isRunning)) continue;
    const printed = engine.execute(container, ["sh", "-c", ask]).split("\n");
    const [now, ca = "", drift = "", ...answers] = printed;
    const running = runningCluster(answers, drift, Number(now));
    if (ca !== "") found.authority ??= Buffer.from(ca, "base64").toString();
    if (running?.leader !== undefined) return { ...found, running };
    found.running ??= running;
  }
  return found;
}

/** Reads them from any container of a service, running or not. */
function authorityInContainer(
  settings: Settings,
  engine: Engine,
  containers: ContainerSummary[],
): string | undefined {
  for (const { name, kind } of planOf(settings)) {
    const container = `${settings.clusterName}-${name}`;
    if (kind === "keepalived" || !containers.some((one) => one.name === container)) continue;
    const found = engine.copy(container, paths.caOf(configDirectories[kind]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function reachableContainers(engine: Engine): ContainerSummary[] {
  try {
    return engine.containers({ stack: stackLabel, cluster: clusterLabel });
  } catch (error) {
    throw new pulumi.RunError(noEngine(engine, error));
  }
}

function noEngine({ host }: Engine, error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: string };
  if (code === "ENOENT") {
    return (
      "The docker client is not on PATH. Install it (Debian and Ubuntu: docker.io), or run `npm " +
      "run setup`."
    );
  }
  const where = host ?? process.env.DOCKER_HOST ?? "the local Engine";
  if (code === "ETIMEDOUT") {
    return `The Docker Engine at ${where} does not answer within a minute; restart it.`;
  }
  const reason = (stderr ?? String(error)).trim().split("\n").at(-1) ?? "";
  return (
    `No Docker Engine answers at ${where}: ${reason}\n  Start it, set docker.host or ` +
    `DOCKER_HOST, or run \`npm run setup\`; nothing was changed.`
  );
}

/** Under another name everything is new, including the data. */
function otherName(
  { clusterName }: Settings,
  stack: string,
  containers: ContainerSummary[],
): string[] {
  const own = containers.find(
    (container) => container.stack === stack && container.cluster !== clusterName,
  );
  return own === undefined
    ? []
    : [
        `clusterName: this stack's cluster is ${own.cluster}, whose data would stay behind ` +
          "under a new name; keep the name, or destroy the stack first " +
          `(which keeps the data of ${own.cluster})`,
      ];
}

/**
 * Containers and the network that have this cluster's names and another owner, whether a stack of
 * this program or not.
 */
function foreignObjects(
  settings: Settings,
  stack: string,
  containers: ContainerSummary[],
  network: { name: string; stack: string } | undefined,
): { ofStacks: string[]; ofOthers: string[] } {
  const identity = clusterIdentity(settings.clusterName, stack);
  const wanted = serviceNamesOf(settings).map((name) => identity.containerName(name));
  const found = [
    ...containers
      .filter(({ name }) => wanted.includes(name))
      .map(({ name, stack: owner }) => ({ what: `container ${name}`, owner })),
    ...(network === undefined ? [] : [{ what: `network ${network.name}`, owner: network.stack }]),
  ].filter(({ owner }) => owner !== stack);
  const stacks = new Set(found.map(({ owner }) => owner).filter((owner) => owner !== ""));
  return {
    ofOthers: found
      .filter(({ owner }) => owner === "")
      .map(
        ({ what }) =>
          `clusterName: the ${what} exists already and belongs to somebody else; choose ` +
          "another clusterName",
      ),
    ofStacks: [...stacks].map((owner) => {
      const names = found.filter((one) => one.owner === owner).map(({ what }) => what);
      return (
        `clusterName: ${names.join(", ")} exist already and belong to stack ${owner}; choose ` +
        "another clusterName. If that stack is lost or renamed, take its cluster over: " +
        adoptCommand(stack)
      );
    }),
  };
}

function takenPorts(
  settings: Settings,
  stack: string,
  containers: ContainerSummary[],
  isLocal: boolean,
): string[] {
  const holders = publishedPorts(settings).map(({ port, setting }) => ({
    port,
    setting,
    holder: containers.find(({ ports }) => ports.includes(port)),
  }));
  const byContainer = holders.flatMap(({ port, setting, holder }) =>
    // Objects with the cluster's name are reported by name, not by port.
    holder === undefined || holder.stack === stack || holder.cluster === settings.clusterName
      ? []
      : [`${setting}: port ${port} is in use by the container ${holder.name}; choose another`],
  );
  const unheld = holders.filter(({ holder }) => holder === undefined);
  const busy = isLocal ? busyPorts(settings.docker.publishAddress, unheld) : [];
  const byOthers = busy.map(
    ({ port, setting }) => `${setting}: port ${port} is in use on this machine; choose another`,
  );
  return [...byContainer, ...byOthers];
}

/** Containers keep their network until the last one has left it. */
function otherSubnet({ clusterName, docker }: Settings, engine: Engine): string[] {
  if (docker.subnet === undefined) return [];
  const subnets = engine.subnets(clusterName);
  return subnets.includes(docker.subnet)
    ? []
    : [
        `docker.subnet: the cluster's network has ${subnets.join(", ")}, which cannot change ` +
          `while containers use it; keep it, or run \`down\` first, which keeps the data`,
      ];
}

/** Whether no container is to be created. */
function isComplete(settings: Settings, stack: string, containers: ContainerSummary[]): boolean {
  const identity = clusterIdentity(settings.clusterName, stack);
  const existing = new Set(containers.map(({ name }) => name));
  return serviceNamesOf(settings).every((name) => existing.has(identity.containerName(name)));
}

function tooSmall(settings: Settings, engine: Engine): string[] {
  const machine = machineOf(engine);
  return machine === undefined ? [] : shortages(settings, machine);
}

/** Listens on each of the ports given as JSON, and prints the failed ones as JSON. */
const tryPorts = `
  const [address, ports] = JSON.parse(process.argv[1]);
  const busy = [];
  const attempts = ports.map((port) => new Promise((resolve) => {
    const server = require("node:net").createServer();
    server.once("error", () => { busy.push(port); resolve(); });
    server.listen({ port, host: address, exclusive: true }, () => server.close(resolve));
  }));
  Promise.all(attempts).then(() => console.log(JSON.stringify(busy)));
`;

/**
 * Ports that cannot be opened, found by opening them. A child process does it because Node can only
 * do it asynchronously.
 */
function busyPorts<Port extends { port: number }>(address: string, ports: Port[]): Port[] {
  if (ports.length === 0) return [];
  const question = JSON.stringify([address, ports.map(({ port }) => port)]);
  const answer = execFileSync(process.execPath, ["-e", tryPorts, question], { encoding: "utf8" });
  const busy = JSON.parse(answer) as number[];
  return ports.filter(({ port }) => busy.includes(port));
}
