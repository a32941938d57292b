import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsFromConfig } from "../configs/settings/fromConfig";
import type { Settings } from "../configs/settings/schema";
import { adoptingVariable } from "../platforms/adopting";
import { runOn } from "./command";
import { scriptEnvironment } from "./environment";
import { exitCode, Failure } from "./failure";
import { makePassphrase } from "./passphrase";
import { project } from "./stackFile";
import { parseState, type StackState } from "./stackState";
import { whatStopsUpdates } from "./stoppedUpdates";
import { progress } from "./terminal";

/** The Pulumi CLI on one stack, as npm scripts start it. */
export class PulumiStack {
  private readonly environment = scriptEnvironment();

  private constructor(readonly name: string) {}

  /**
   * Opens a stack on the backend that the user is logged in to, or on a local file backend. Creates
   * only what is missing: a login, a passphrase, the stack.
   */
  static openOrMake(name: string): PulumiStack {
    const made = makePassphrase(process.env);
    if (made !== undefined)
      progress(`A passphrase for the stack's secrets was created: ${made}. Keep it.`);
    const stack = new PulumiStack(name);
    if (stack.succeeds("stack", "select", name)) return stack;
    if (!stack.succeeds("whoami")) stack.run("login", "--local");
    if (!stack.succeeds("stack", "select", name)) stack.run("stack", "init", name);
    return stack;
  }

  /**
   * Opens a stack that exists.
   * @throws {Failure} if it does not
   */
  static open(name: string): PulumiStack {
    const stack = new PulumiStack(name);
    if (stack.succeeds("stack", "select", name)) return stack;
    throw new Failure(
      `There is no stack ${name} here. \`npm run pulumi -- stack ls\` lists the stacks.`,
      exitCode.failed,
    );
  }

  /** A stack that is used as it is, without selecting it. */
  static named = (name: string): PulumiStack => new PulumiStack(name);

  /** The stack of {@link named} if it exists; otherwise that of {@link openOrMake}. */
  static existingOrMade(name: string): PulumiStack {
    const stack = PulumiStack.named(name);
    return stack.succeeds("stack", "export", "--stack", name)
      ? stack
      : PulumiStack.openOrMake(name);
  }

  /**
   * The owner in labels and on hosts: `organization/project/stack`.
   * @throws {Failure} if Pulumi does not report it
   */
  owner(project: string): string {
    const about = this.quietly("about", "--json", "--stack", this.name);
    const { currentStack } = JSON.parse(about) as {
      currentStack?: { fullyQualifiedName?: string } | null;
    };
    const full = currentStack?.fullyQualifiedName ?? "";
    if (!full.endsWith(`/${project}/${this.name}`))
      throw new Failure(
        `Pulumi does not say to which organization the stack ${this.name} belongs.`,
        exitCode.failed,
      );
    return full;
  }

  /**
   * Previews the update after a takeover.
   * @throws {Failure} with its output if it fails
   */
  rehearse(words: string[]): void {
    const environment = { ...this.environment, [adoptingVariable]: "true" };
    const all = ["preview", "--stack", this.name, "--non-interactive", ...words];
    const { status, stdout, stderr } = spawnSync("pulumi", all, {
      env: environment,
      encoding: "utf8",
    });
    if (status !== 0)
      throw new Failure(`${stdout}${stderr}\nNothing was changed.`, exitCode.refused);
  }

  /**
   * All outputs of a stack, including secret ones. The selected stack does not change.
   * @throws {Failure} if Pulumi cannot read them
   */
  static outputsOf(name: string): Record<string, unknown> {
    const words = ["stack", "output", "--json", "--show-secrets", "--stack", name];
    const { environment } = new PulumiStack(name);
    const { status, stdout, stderr, error } = spawnSync("pulumi", [...words, "--non-interactive"], {
      env: environment,
      encoding: "utf8",
    });
    if (status === 0) return JSON.parse(stdout) as Record<string, unknown>;
    const reason = error?.message ?? stderr.trim().split("\n").at(-1) ?? "";
    throw new Failure(
      `The outputs of the stack ${name} cannot be read: ${reason.replace(/^error: /, "")}`,
      exitCode.failed,
    );
  }

  /**
   * The stack's settings.
   * @throws {SettingsError} with all problems in them
   */
  settings(): Settings {
    const words = ["config", "--json", "--show-secrets", "--stack", this.name];
    const config = JSON.parse(this.capture(...words)) as Record<string, { value: string }>;
    const values = Object.entries(config).map(([key, { value }]) => [key, value] as const);
    return settingsFromConfig(project, this.name, Object.fromEntries(values));
  }

  /**
   * Runs a command with the terminal as its input and output.
   * @throws {Failure} if it fails, with its exit code, and with the remedy for a lock
   */
  run(...words: string[]): void {
    const { status } = spawnSync("pulumi", words, { env: this.environment, stdio: "inherit" });
    if (status !== 0)
      throw new Failure(whatStopsUpdates([this.name]) ?? "", status ?? exitCode.failed);
  }

  /**
   * Brings the cluster up.
   * @param words options of `pulumi up`
   * @throws {Failure} if that fails, with the remedy if an earlier update was killed
   */
  up(words: string[]): void {
    try {
      this.run("up", "--stack", this.name, "--yes", "--skip-preview", ...words);
    } catch (error) {
      if (!(error instanceof Failure) || error.message !== "") throw error;
      const begun = this.state().cutShort.filter(({ container }) => container !== undefined);
      if (begun.length === 0) throw error;
      const names = begun.map(({ container }) => container).join(", ");
      throw new Failure(
        `An update was killed while it was creating ${names}. Clear what it left: ` +
          runOn(this.name)("unlock"),
        error.code,
      );
    }
  }

  /**
   * Reads the state.
   * @throws {Failure} if there is no such stack, or it cannot be read
   */
  state(): StackState {
    return parseState(this.quietly("stack", "export", "--stack", this.name));
  }

  /** Releases the lock of an update that no longer runs. */
  cancel(): void {
    this.quietly("cancel", "--yes", "--stack", this.name);
  }

  /**
   * Removes interrupted operations from the state: an import drops them, and changes nothing else.
   */
  forgetCutShort(): void {
    const folder = mkdtempSync(join(tmpdir(), "hapg-state-"));
    const file = join(folder, "state.json");
    try {
      this.quietly("stack", "export", "--stack", this.name, "--file", file);
      this.quietly("stack", "import", "--stack", this.name, "--file", file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The stack's outputs; secret ones only on request. */
  outputs(options: { secrets?: boolean } = {}): Record<string, unknown> {
    const words = ["stack", "output", "--json", "--stack", this.name];
    const text = this.capture(...words, ...(options.secrets === true ? ["--show-secrets"] : []));
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Whether the stack has an output of this name. */
  hasOutput(output: string): boolean {
    return output in this.outputs();
  }

  /** Runs a command and returns its output. */
  capture(...words: string[]): string {
    return execFileSync("pulumi", words, { env: this.environment, encoding: "utf8" });
  }

  /** Runs an internal command. @throws {Failure} with its output */
  private quietly(...words: string[]): string {
    const options = {
      env: this.environment,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    } as const;
    const all = [...words, "--non-interactive"];
    const { status, stdout, stderr, error } = spawnSync("pulumi", all, options);
    if (error !== undefined)
      throw new Failure(
        `Pulumi cannot be started: ${error.message}. Run \`npm run setup\`.`,
        exitCode.failed,
      );
    if (status !== 0)
      throw new Failure(`pulumi ${words.join(" ")}: ${stderr.trim()}`, exitCode.failed);
    return stdout;
  }

  /**
   * How the user starts Pulumi on this stack: `pulumi` if that works in the user's shell, otherwise
   * the npm script, which finds the engine and the passphrase.
   */
  async userCommand(): Promise<string> {
    const look = ["stack", "output", "--show-secrets", "--json", "--stack", this.name];
    const child = spawn("pulumi", [...look, "--non-interactive"], { stdio: "ignore" });
    const works = await new Promise<boolean>((resolve) => {
      child.once("error", () => resolve(false));
      child.once("close", (code) => resolve(code === 0));
    });
    return works ? "pulumi" : "npm run -s pulumi --";
  }

  private succeeds(...words: string[]): boolean {
    const options = { env: this.environment, stdio: "ignore" } as const;
    return spawnSync("pulumi", [...words, "--non-interactive"], options).status === 0;
  }
}
