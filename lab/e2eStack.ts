import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ExecaChildProcess, type ExecaError } from "execa";
import { parse, stringify } from "yaml";
import { pulumiEnvironment } from "../toolchain/environment.mjs";
import type { ExportedResource, ExportedStack } from "./exportedState";
import { type KillScope, killProcess } from "./processTree";
import type { Outputs } from "./stackOutputs";

/** The output of a Pulumi command and how it ended. */
export interface CommandResult {
  code: number;
  output: string;
  seconds: number;
}

/** A running Pulumi command. */
export interface StartedCommand {
  result: Promise<CommandResult>;
  /** Interrupts it, as Ctrl-C does. */
  interrupt: () => void;
  /**
   * SIGKILL to the engine, or to the engine and all its descendants. @returns a function that kills
   * the rest
   */
  kill: (scope: KillScope) => () => void;
}

interface StackFile {
  encryptionsalt: string;
  config?: Record<string, unknown>;
}

/**
 * A stack for a test: backend, passphrase and stack file are in a temporary directory, so that the
 * user's login and the project's stack files stay unchanged.
 */
export class E2eStack {
  private readonly folder: string;
  /** The stack file. */
  readonly file: string;
  private readonly environment: NodeJS.ProcessEnv;
  private encryptionSalt = "";
  private running: ExecaChildProcess | undefined;

  /**
   * @param name of the stack
   * @param keptIn directory that keeps it for another run; left out: removed after this run
   */
  constructor(
    readonly name: string,
    private readonly keptIn?: string,
  ) {
    if (keptIn !== undefined) mkdirSync(keptIn, { recursive: true });
    this.folder = keptIn ?? mkdtempSync(join(tmpdir(), "hapg-e2e-"));
    this.file = join(this.folder, `Pulumi.${name}.yaml`);
    this.environment = {
      ...pulumiEnvironment(),
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    delete this.environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  }

  /** The environment with which every start of Pulumi finds the stack. */
  get access(): NodeJS.ProcessEnv {
    const { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE } = this.environment;
    return { PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE };
  }

  /** Creates the stack. A kept one is replaced. */
  async init(): Promise<void> {
    if (this.keptIn !== undefined) {
      rmSync(this.keptIn, { recursive: true });
      mkdirSync(this.keptIn);
    }
    await this.make();
  }

  /**
   * Loses the state, so that nothing knows the created resources. The stack file must be written
   * again.
   */
  async loseState(): Promise<void> {
    rmSync(join(this.folder, ".pulumi"), { recursive: true });
    await this.make();
  }

  private async make(): Promise<void> {
    await this.succeed("stack", "init", this.name, "--no-select");
    // It wrote the stack file into the project's directory.
    renameSync(`Pulumi.${this.name}.yaml`, this.file);
    const { encryptionsalt } = parse(readFileSync(this.file, "utf8")) as StackFile;
    this.encryptionSalt = encryptionsalt;
  }

  /** Uses the kept stack. @returns its settings; undefined if there is none */
  adopt(): Record<string, unknown> | undefined {
    if (!existsSync(this.file)) return undefined;
    const { encryptionsalt, config } = parse(readFileSync(this.file, "utf8")) as StackFile;
    this.encryptionSalt = encryptionsalt;
    const settings = Object.entries(config ?? {});
    return Object.fromEntries(settings.map(([key, value]) => [key.replace(/^hapg:/, ""), value]));
  }

  /** The clients' file with the cluster's CA, from the outputs that were read last. */
  get clientCaFile(): string {
    return join(this.folder, "ca.pem");
  }

  /** Writes the stack file, with the line that Pulumi itself added. Clients verify the server. */
  configure(settings: Record<string, unknown>): void {
    const tls = { clientCaFile: this.clientCaFile, ...(settings.tls as object | undefined) };
    const config = Object.fromEntries(
      Object.entries({ ...settings, tls }).map(([key, value]) => [`hapg:${key}`, value]),
    );
    writeFileSync(this.file, stringify({ encryptionsalt: this.encryptionSalt, config }));
  }

  /** Runs a Pulumi command on the stack, with any exit code. */
  pulumi(...words: string[]): Promise<CommandResult> {
    return this.start(...words).result;
  }

  /** Runs a Pulumi command in another environment than the stack's own. */
  pulumiWith(environment: NodeJS.ProcessEnv, ...words: string[]): Promise<CommandResult> {
    return this.launch(words, { ...this.environment, ...environment }).result;
  }

  /** Starts a Pulumi command on the stack. */
  start(...words: string[]): StartedCommand {
    return this.launch(words, this.environment);
  }

  /** Runs a hapg command as installed, with the stack's backend and passphrase. */
  async hapg(command: string, ...words: string[]): Promise<CommandResult> {
    const started = Date.now();
    const { exitCode, all } = await execa(
      process.execPath,
      ["toolchain/hapg.cjs", command, ...words],
      { env: { ...this.environment, npm_package_name: undefined }, reject: false, all: true },
    );
    return { code: exitCode, output: all ?? "", seconds: (Date.now() - started) / 1000 };
  }

  /**
   * Runs a hapg command, and kills it with all that it has started as soon as it has printed a text.
   * @throws {Error} with its output if it ends without that text
   */
  async killHapgAt(text: string, command: string, ...words: string[]): Promise<void> {
    const child = execa(process.execPath, ["toolchain/hapg.cjs", command, ...words], {
      env: { ...this.environment, npm_package_name: undefined },
      ...{ reject: false, all: true, cleanup: false },
    });
    let printed = "";
    child.all?.on("data", (data: Buffer) => {
      const before = printed.includes(text);
      printed += data.toString();
      if (!before && printed.includes(text) && child.pid !== undefined)
        killProcess(child.pid, "everything");
    });
    await child;
    if (!printed.includes(text)) throw new Error(`${command} never said "${text}":\n${printed}`);
  }

  /** Runs a Pulumi command on the stack as the user does, through npm. It must succeed. */
  async npmRun(...words: string[]): Promise<CommandResult> {
    const npm = ["npm", "run", "-s", "pulumi", "--"];
    const result = await this.launch(words, this.environment, npm).result;
    if (result.code !== 0) throw new Error(`${words.join(" ")} failed:\n${result.output}`);
    return result;
  }

  private launch(words: string[], env: NodeJS.ProcessEnv, before = ["pulumi"]): StartedCommand {
    const started = Date.now();
    const takesConfig = ["up", "preview", "destroy", "refresh"].includes(words[0] ?? "");
    const options = takesConfig
      ? ["--stack", this.name, "--config-file", this.file, "--non-interactive"]
      : ["--non-interactive"];
    const [program = "pulumi", ...args] = [...before, ...words, ...options];
    const child = execa(program, args, {
      env,
      extendEnv: false,
      stdin: "ignore",
      all: true,
      // `dispose` ends it; execa would have to handle this process's signals.
      cleanup: false,
    });
    this.running = child;
    const result = child.catch(ending).then(({ exitCode, signal, all = "" }) => ({
      code: signal === undefined ? exitCode : -1,
      output: all,
      seconds: (Date.now() - started) / 1000,
    }));
    return {
      result,
      interrupt: () => child.kill("SIGINT"),
      kill: (scope) => (child.pid === undefined ? () => undefined : killProcess(child.pid, scope)),
    };
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
    const outputs = JSON.parse(output) as Outputs;
    writeFileSync(this.clientCaFile, outputs.caCertificate);
    return outputs;
  }

  /** The stack's state as Pulumi exports it: secrets encrypted. */
  async exported(): Promise<string> {
    return (await this.succeed("stack", "export", "--stack", this.name)).output;
  }

  /** Changes the state without Pulumi's knowledge. */
  async edit(change: (resources: ExportedResource[]) => void): Promise<void> {
    const state = JSON.parse(await this.exported()) as ExportedStack;
    change(state.deployment.resources);
    const file = join(this.folder, "state.json");
    writeFileSync(file, JSON.stringify(state));
    await this.succeed("stack", "import", "--file", file, "--stack", this.name);
  }

  /** Releases the lock of a killed engine, and clears what it has left half made. */
  async unlock(): Promise<void> {
    const { code, output } = await this.hapg(
      "unlock",
      ...["--stack", this.name, "--config-file", this.file, "--yes"],
    );
    if (code !== 0) throw new Error(`unlock failed:\n${output}`);
  }

  /** The state's resources, with readable secrets. */
  async resources(): Promise<ExportedResource[]> {
    const words = ["stack", "export", "--show-secrets", "--stack", this.name];
    const { output } = await this.succeed(...words);
    return (JSON.parse(output) as ExportedStack).deployment.resources;
  }

  /**
   * Kills a running command including its plugins, which would continue, and removes a stack that
   * is not kept.
   */
  dispose(): void {
    const { pid, exitCode, signalCode } = this.running ?? {};
    if (pid !== undefined && exitCode === null && signalCode === null) {
      killProcess(pid, "everything");
    }
    if (this.keptIn === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How a failed command ended. One that could not be started has no end. */
function ending(error: ExecaError): ExecaError {
  if (error.originalMessage !== undefined) throw error;
  return error;
}
