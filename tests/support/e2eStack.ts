import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ConnectionStrings } from "../../configs/connectionStrings";
import { clusterLabel } from "../../platforms/docker/names";
import { pulumiEnvironment } from "../../toolchain/environment.mjs";

/** What a Pulumi command printed and how it ended. */
export interface CommandResult {
  code: number;
  output: string;
  seconds: number;
}

interface StackFile {
  encryptionsalt: string;
}

/** Stack outputs that tests read. */
export interface Outputs {
  connectionStrings: Record<string, ConnectionStrings>;
  restApiUrl: string;
  statsUrl: string;
  metricsUrl: string;
}

/**
 * A stack of a test's own: backend, passphrase and stack file in a temporary folder, so that neither the
 * user's login nor the project's stack files are touched.
 */
export class E2eStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "hapg-e2e-"));
  private readonly stackFile: string;
  private readonly environment: NodeJS.ProcessEnv;
  private encryptionSalt = "";
  private running: ChildProcess | undefined;

  /** @param name of the stack and of the cluster; what is left of an earlier run by that name is removed */
  constructor(readonly name: string) {
    this.stackFile = join(this.folder, `Pulumi.${name}.yaml`);
    this.environment = {
      ...pulumiEnvironment(),
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    delete this.environment.PULUMI_CONFIG_PASSPHRASE_FILE;
    this.removeObjects();
  }

  /** Makes the stack. */
  async init(): Promise<void> {
    await this.succeed("stack", "init", this.name, "--no-select");
    // It wrote the stack file where the project has its own.
    renameSync(`Pulumi.${this.name}.yaml`, this.stackFile);
    const { encryptionsalt } = parse(readFileSync(this.stackFile, "utf8")) as StackFile;
    this.encryptionSalt = encryptionsalt;
  }

  /** Writes the stack file, with the line that Pulumi itself put there. */
  configure(settings: Record<string, unknown>): void {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`hapg:${key}`, value]),
    );
    writeFileSync(this.stackFile, stringify({ encryptionsalt: this.encryptionSalt, config }));
  }

  /** Runs a Pulumi command on the stack, whatever its outcome. */
  pulumi(...words: string[]): Promise<CommandResult> {
    return this.start(...words).result;
  }

  /** Runs a Pulumi command with another environment than the stack's own. */
  pulumiWith(environment: NodeJS.ProcessEnv, ...words: string[]): Promise<CommandResult> {
    return this.launch(words, { ...this.environment, ...environment }).result;
  }

  /** Starts a Pulumi command on the stack. */
  start(...words: string[]): { result: Promise<CommandResult>; interrupt: () => void } {
    return this.launch(words, this.environment);
  }

  private launch(
    words: string[],
    env: NodeJS.ProcessEnv,
  ): { result: Promise<CommandResult>; interrupt: () => void } {
    const started = Date.now();
    const takesConfig = ["up", "preview", "destroy", "refresh"].includes(words[0] ?? "");
    const options = takesConfig
      ? ["--stack", this.name, "--config-file", this.stackFile, "--non-interactive"]
      : ["--non-interactive"];
    const child = spawn("pulumi", [...words, ...options], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running = child;
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    const result = new Promise<CommandResult>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) =>
        resolve({ code: code ?? -1, output, seconds: (Date.now() - started) / 1000 }),
      );
    });
    return { result, interrupt: () => child.kill("SIGINT") };
  }

  /** Runs a Pulumi command that must succeed. */
  async succeed(...words: string[]): Promise<CommandResult> {
    const result = await this.pulumi(...words);
    if (result.code !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${result.output}`);
    return result;
  }

  /** Brings the stack up. */
  up = (...more: string[]) => this.succeed("up", "--yes", "--skip-preview", ...more);

  /** The stack's outputs, secrets included. */
  async outputs(): Promise<Outputs> {
    const { output } = await this.succeed(
      "stack",
      "output",
      "--json",
      "--show-secrets",
      "--stack",
      this.name,
    );
    return JSON.parse(output) as Outputs;
  }

  /** The stack's state as Pulumi exports it: secrets encrypted. */
  async exported(): Promise<string> {
    return (await this.succeed("stack", "export", "--stack", this.name)).output;
  }

  /** Removes the cluster with its data, and everything that the test made. */
  dispose(): void {
    // A command that is under way would go on making things.
    this.running?.kill("SIGKILL");
    this.removeObjects();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Names of what is left on the Engine: containers, volumes, networks. */
  leftovers(): { containers: string[]; volumes: string[]; networks: string[] } {
    const filter = ["--filter", `label=${clusterLabel}=${this.name}`];
    const list = (...words: string[]) =>
      docker(...words, ...filter)
        .split("\n")
        .filter((line) => line !== "")
        .sort();
    return {
      containers: list("ps", "--all", "--format", "{{.Names}}"),
      volumes: list("volume", "ls", "--format", "{{.Name}}"),
      networks: list("network", "ls", "--format", "{{.Name}}"),
    };
  }

  /** Names of the containers that run. */
  runningContainers(): string[] {
    const filter = `label=${clusterLabel}=${this.name}`;
    return docker("ps", "--filter", filter, "--format", "{{.Names}}").split("\n");
  }

  /** Removes the data volumes that a destroy has kept. */
  removeData(): void {
    const { volumes } = this.leftovers();
    if (volumes.length > 0) docker("volume", "rm", ...volumes);
  }

  private removeObjects(): void {
    const { containers, networks } = this.leftovers();
    if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers);
    this.removeData();
    if (networks.length > 0) docker("network", "rm", ...networks);
  }
}

/** Runs a docker command and returns what it prints. */
export const docker = (...words: string[]) =>
  execFileSync("docker", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
