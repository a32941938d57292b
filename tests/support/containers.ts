import { spawnSync } from "node:child_process";
import { type Ending, run as runBeside } from "../../platforms/command";
import { type InstalledFile, installScript, shellCommand } from "../../platforms/shell";

/** What a container of a test runs. */
export interface TestService {
  image: string;
  configDirectory: string;
  files: InstalledFile[];
  dataDirectory: string;
  command: string[];
}

/** A container is confined as the platform confines it. */
const confinement = ["--read-only", "--tmpfs", "/tmp", "--tmpfs", "/run/postgresql"].concat([
  "--cap-drop",
  "ALL",
  "--security-opt",
  "no-new-privileges",
  "--no-healthcheck",
]);

const signals = ["SIGINT", "SIGTERM"] as const;

let sandboxes = 0;

/** Containers on a network of their own that are gone after the test, however it ends. */
export class Sandbox {
  private readonly prefix = `hapg-test-${process.pid}-${++sandboxes}`;
  private readonly services = new Set<string>();
  /** The files that a service was last started with: its volume still has them. */
  private readonly files = new Map<string, string>();
  private readonly close = () => {
    this.remove();
    process.exit(1);
  };

  constructor() {
    // Mocha ends the process that runs the tests by both, one right after the other.
    for (const signal of signals) process.once(signal, this.close);
    this.docker("network", "create", this.prefix);
  }

  /** The network, on which each service has its name. */
  get network(): string {
    return this.prefix;
  }

  /** Starts a service under its name; on its former data, if it was stopped with {@link stop}. */
  start(name: string, service: TestService): void {
    const container = this.containerOf(name);
    this.services.add(name);
    this.docker("rm", "--force", container);
    const config = ["--volume", `${container}-config:${service.configDirectory}`];
    const install = ["run", "--rm", "-i", "--user", "0", "--network", "none", ...config];
    const script = installScript(service.files);
    if (this.files.get(name) !== script) {
      const installed = run(["docker", ...install, service.image, "sh", "-s"], script);
      if (installed.status !== 0) throw new Error(installed.output);
      this.files.set(name, script);
    }
    this.docker(
      ...["run", "--detach", "--name", container, "--restart", "unless-stopped"],
      ...["--network", this.prefix, "--network-alias", name, ...confinement, ...config],
      ...["--volume", `${container}-data:${service.dataDirectory}`],
      ...[service.image, ...service.command],
    );
  }

  /**
   * Runs a script as root on the data of a service that does not run, as an update does before it
   * starts it.
   * @returns what the script prints
   */
  prepare(name: string, service: TestService, script: string): string {
    this.services.add(name);
    const data = ["--volume", `${this.containerOf(name)}-data:${service.dataDirectory}`];
    const place = ["--rm", "-i", "--user", "0", "--network", "none", ...data, service.image];
    const { status, output } = run(["docker", "run", ...place, "sh", "-s"], script);
    if (status !== 0) throw new Error(output);
    return output;
  }

  /** Stops a service; with `lost`, its data is gone too. */
  stop(name: string, data: "kept" | "lost" = "kept"): void {
    const container = this.containerOf(name);
    this.docker("rm", "--force", container);
    if (data === "lost") this.docker("volume", "rm", `${container}-data`);
  }

  /** Sends a signal to a service's first process. */
  signal(name: string, signal: string): void {
    this.docker("kill", "--signal", signal, this.containerOf(name));
  }

  /** Stops a service as the platform does, with time to end in good order. */
  halt(name: string): void {
    this.docker("stop", "--time", "60", this.containerOf(name));
  }

  /** How often the Engine has started a service anew. */
  restarts(name: string): number {
    const words = ["docker", "inspect", "--format", "{{.RestartCount}}", this.containerOf(name)];
    return Number(run(words).output);
  }

  /** Keeps a copy of a stopped service's data, or puts it back in the data's place. */
  copyData(name: string, image: string, directory: string, action: "keep" | "restore"): void {
    this.services.add(name);
    const volumes = [`${this.containerOf(name)}-data`, `${this.containerOf(name)}-copy`];
    const [from = "", to = ""] = action === "keep" ? volumes : [...volumes].reverse();
    const mounts = ["--volume", `${from}:/from`, "--volume", `${to}:${directory}`];
    const script = `find ${directory} -mindepth 1 -delete; cp -a /from/. ${directory}`;
    this.docker("run", "--rm", "--user", "0", ...mounts, image, "sh", "-euc", script);
  }

  /** Lets a service answer nobody any more, as a host does that hangs. */
  pause(name: string): void {
    this.docker("pause", this.containerOf(name));
  }

  /** Runs a command in a service. */
  execute(name: string, ...command: string[]): Ending {
    return run(["docker", "exec", this.containerOf(name), ...command]);
  }

  /** The command line that runs a command in a service, with the input of whoever runs it. */
  words(name: string, command: string[]): string[] {
    return ["docker", "exec", "-i", this.containerOf(name), ...command];
  }

  /** Runs a command in a service, with a text as its standard input. */
  executeWith(input: string, name: string, ...command: string[]): Ending {
    return run(["docker", "exec", "-i", this.containerOf(name), ...command], input);
  }

  /** What a service has printed. */
  log(name: string): string {
    return run(["docker", "logs", this.containerOf(name)]).output;
  }

  /**
   * Tries a check until it passes.
   * @throws {Error} with the service's last log lines once the time is over
   */
  waitFor(name: string, seconds: number, check: () => boolean): void {
    const deadline = Date.now() + seconds * 1000;
    while (!check()) {
      if (Date.now() > deadline) throw new Error(`${name}: ${this.log(name).slice(-2000)}`);
      spawnSync("sleep", ["0.2"]);
    }
  }

  /** Removes everything that was made. */
  remove(): void {
    for (const signal of signals) process.removeListener(signal, this.close);
    for (const name of this.services) {
      const container = this.containerOf(name);
      run(["docker", "rm", "--force", container]);
      run([
        "docker",
        "volume",
        "rm",
        "--force",
        ...["data", "config", "copy"].map((one) => `${container}-${one}`),
      ]);
    }
    run(["docker", "network", "rm", this.prefix]);
  }

  private containerOf(name: string): string {
    return `${this.prefix}-${name}`;
  }

  private docker(...words: string[]): void {
    const { status, output } = run(["docker", ...words]);
    if (status !== 0 && !/No such container/.test(output)) throw new Error(output);
  }
}

/** Folder of the files that {@link tryOut} writes. */
export const tryOutFolder = "/tmp/config";

/** Writes files into a fresh, confined container of an image, and runs a command there. */
export function tryOut(image: string, files: InstalledFile[], command: string[]): Ending {
  return run(tryOutWords(image), tryOutScript(files, command));
}

/** As {@link tryOut}, without waiting for the end. */
export function tryOutBeside(
  image: string,
  files: InstalledFile[],
  command: string[],
): Promise<Ending> {
  return runBeside(tryOutWords(image), tryOutScript(files, command));
}

const tryOutWords = (image: string) =>
  ["docker", "run", "--rm", "-i"].concat(confinement, image, "sh", "-s");

const tryOutScript = (files: InstalledFile[], command: string[]) =>
  `mkdir ${tryOutFolder}\n${installScript(files)}exec ${shellCommand(command)} 2>&1\n`;

function run(words: string[], input = ""): Ending {
  const [program = "", ...rest] = words;
  const { status, stdout, stderr, error } = spawnSync(program, rest, {
    input,
    encoding: "utf8",
    timeout: 120_000,
  });
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
}
