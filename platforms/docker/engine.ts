import { execFileSync, spawnSync } from "node:child_process";

/** Names and ports of a container. */
export interface ContainerSummary {
  name: string;
  /** Owning stack; empty for other containers. */
  stack: string;
  /** Published host ports. */
  ports: number[];
  isRunning: boolean;
  /** Its cluster; empty for other containers. */
  cluster: string;
}

/** What the Engine tells of a container. */
export interface ContainerState {
  name: string;
  /** How many processes it may have; 0: no limit. */
  taskLimit: number;
  /** When the last health check ended, in milliseconds since 1970, and what it printed. */
  lastCheck: { end: number; output: string } | undefined;
}

/** How long one command may take before the Engine counts as hung, in milliseconds. */
const patience = 60_000;

/** The docker client for one Docker Engine. */
export class Engine {
  private readonly environment: NodeJS.ProcessEnv;

  /** @param host address of the Engine; left out: the client's own default */
  constructor(readonly host?: string) {
    this.environment = host === undefined ? process.env : { ...process.env, DOCKER_HOST: host };
  }

  /** Runs one docker command and returns what it prints. */
  docker(...words: string[]): string {
    return execFileSync("docker", words, {
      env: this.environment,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      timeout: patience,
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  /** Runs a command in a container and returns what it prints, with whatever exit status. */
  execute(container: string, words: string[]): string {
    const { stdout } = spawnSync("docker", ["exec", container, ...words], {
      env: this.environment,
      encoding: "utf8",
      timeout: patience,
    });
    return stdout;
  }

  /** Text of a file in a container, running or not; undefined if there is no such file. */
  copy(container: string, path: string): string | undefined {
    const { status, stdout } = spawnSync("docker", ["cp", `${container}:${path}`, "-"], {
      env: this.environment,
      timeout: patience,
    });
    // A tar archive with one file: a header of 512 bytes, in which the size is an octal number.
    if (status !== 0 || stdout.length < 512) return undefined;
    const size = parseInt(stdout.toString("latin1", 124, 136), 8);
    return stdout.toString("utf8", 512, 512 + size);
  }

  /** States of containers, running or not. Containers that are gone are left out. */
  states(containers: string[]): Map<string, ContainerState> {
    const format = "{{.Name}}\t{{.HostConfig.PidsLimit}}\t{{json .State}}";
    const { stdout } = spawnSync("docker", ["inspect", "--format", format, ...containers], {
      env: this.environment,
      encoding: "utf8",
      timeout: patience,
    });
    return readStates(stdout);
  }

  /** Whether the Engine can limit the number of processes. */
  limitsTasks(): boolean {
    return this.docker("info", "--format", "{{.PidsLimit}}") === "true";
  }

  /** Whether the Engine runs on this machine, so that its ports can be tested here. */
  get isLocal(): boolean {
    const host = this.environment.DOCKER_HOST ?? "";
    return host === "" || host.startsWith("unix://") || host.startsWith("npipe://");
  }

  /** The IPv4 subnets of a network. */
  subnets(network: string): string[] {
    const format = '{{range .IPAM.Config}}{{.Subnet}}{{"\\n"}}{{end}}';
    const lines = this.docker("network", "inspect", "--format", format, network).split("\n");
    return lines.filter((line) => line.includes("."));
  }

  /**
   * The network of that name, with its owning stack. @param stackLabel label that holds the stack
   */
  network(name: string, stackLabel: string): { name: string; stack: string } | undefined {
    const format = `{{.Name}}\t{{.Label "${stackLabel}"}}`;
    const lines = this.docker("network", "ls", "--filter", `name=^${name}$`, "--format", format);
    const [found, stack = ""] = lines.split("\t");
    return found === name ? { name, stack } : undefined;
  }

  /** All containers, running or not. @param labels that hold the owning stack and the cluster */
  containers(labels: { stack: string; cluster: string }): ContainerSummary[] {
    const format = [
      "{{.Names}}",
      `{{.Label "${labels.stack}"}}`,
      "{{.Ports}}",
      "{{.Status}}",
      `{{.Label "${labels.cluster}"}}`,
    ].join("\t");
    const lines = this.docker("ps", "--all", "--no-trunc", "--format", format);
    return lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", stack = "", published = "", status = "", cluster = ""] = line.split("\t");
        const isRunning = /^Up\b/.test(status);
        return { name, stack, cluster, ports: hostPorts(published), isRunning };
      });
  }
}

/** Host ports in docker's own notation: `127.0.0.1:5000-5001->5000-5001/tcp, 2379/tcp`. */
export function hostPorts(published: string): number[] {
  return [...published.matchAll(/:(\d+)(?:-(\d+))?->/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    const to = Number(last ?? first);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/**
 * States as {@link Engine.states} has docker print them: names begin with a slash, and nil, 0 or -1
 * mean no limit.
 */
export function readStates(printed: string): Map<string, ContainerState> {
  const lines = printed.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [slashed = "", limit = "", json = "{}"] = line.split("\t");
      const name = slashed.replace(/^\//, "");
      const { Health: health } = JSON.parse(json) as {
        Health?: { Log?: { End: string; Output: string }[] | null } | null;
      };
      const last = health?.Log?.at(-1);
      const lastCheck = last && { end: Date.parse(last.End), output: last.Output };
      return [name, { name, taskLimit: Math.max(0, Number(limit) || 0), lastCheck }];
    }),
  );
}
