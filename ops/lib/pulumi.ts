import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { settingsFromConfig } from "../../configs/settings/fromConfig";
import type { Settings } from "../../configs/settings/schema";
import { pulumiEnvironment } from "../../toolchain/environment.mjs";

/** Name of the Pulumi project. */
export const project = "hapg";

/** The Pulumi CLI on one stack, as npm scripts start it. */
export class PulumiStack {
  private constructor(
    readonly name: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Opens a stack on the backend that the user is logged in to, or on a local file backend. Only what
   * is missing is set up: a login, a passphrase, the stack.
   */
  static openOrMake(name: string): PulumiStack {
    const stack = new PulumiStack(name, withPassphrase(pulumiEnvironment()));
    if (!stack.succeeds("whoami")) stack.run("login", "--local");
    if (!stack.succeeds("stack", "select", name)) stack.run("stack", "init", name);
    return stack;
  }

  /** Opens a stack that is there. Ends this process, with the reason, if it is not. */
  static open(name: string): PulumiStack {
    const stack = new PulumiStack(name, withPassphrase(pulumiEnvironment()));
    if (!stack.succeeds("stack", "select", name)) {
      console.error(`There is no stack ${name} here. \`pulumi stack ls\` lists those there are.`);
      process.exit(1);
    }
    return stack;
  }

  /**
   * The stack's settings.
   * @throws {SettingsError} with all that is wrong with them
   */
  settings(): Settings {
    const words = ["config", "--json", "--show-secrets", "--stack", this.name];
    const config = JSON.parse(this.capture(...words)) as Record<string, { value: string }>;
    const values = Object.entries(config).map(([key, { value }]) => [key, value] as const);
    return settingsFromConfig(project, this.name, Object.fromEntries(values));
  }

  /** Runs a command with the terminal as its input and output. Ends this process if it fails. */
  run(...words: string[]): void {
    const { status } = spawnSync("pulumi", words, { env: this.environment, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }

  /** The stack's outputs; secret ones only if asked for. */
  outputs(options: { secrets?: boolean } = {}): Record<string, unknown> {
    const words = ["stack", "output", "--json", "--stack", this.name];
    const text = this.capture(...words, ...(options.secrets === true ? ["--show-secrets"] : []));
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Runs a command and returns what it prints. */
  capture(...words: string[]): string {
    return execFileSync("pulumi", words, { env: this.environment, encoding: "utf8" });
  }

  private succeeds(...words: string[]): boolean {
    const options = { env: this.environment, stdio: "ignore" } as const;
    return spawnSync("pulumi", [...words, "--non-interactive"], options).status === 0;
  }
}

/**
 * A passphrase for stacks whose secrets are encrypted by one. Where the user has set none, one is made
 * and kept beside the local backend's state, so that the two are lost or kept together.
 */
function withPassphrase(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = environment.PULUMI_CONFIG_PASSPHRASE ?? environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (given !== undefined) return environment;
  const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const file = join(home, `${project}-passphrase`);
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    console.log(`A passphrase for the stack's secrets was made: ${file}. Keep it.`);
  }
  return { ...environment, PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
