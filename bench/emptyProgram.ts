import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa, type ExecaChildProcess } from "execa";
import { pulumiEnvironment } from "../toolchain/environment.mjs";

const program = `import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";

new command.Provider("command");
new docker.Provider("docker");
new random.Provider("random");
new tls.Provider("tls");
`;

const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["index.ts"],
};

/**
 * A Pulumi program in TypeScript as `pulumi new` would set it up, with nothing but the four
 * providers of this one: what Pulumi itself takes on this machine, to measure against.
 */
export class EmptyProgram {
  private readonly folder = mkdtempSync(join(tmpdir(), "hapg-empty-"));
  private readonly environment = {
    ...pulumiEnvironment(),
    PULUMI_BACKEND_URL: `file://${this.folder}`,
    PULUMI_CONFIG_PASSPHRASE: "none",
  };
  private running: ExecaChildProcess | undefined;

  /** Makes the program and its stack, and brings that up. */
  async begin(): Promise<void> {
    const write = (file: string, text: string) => writeFileSync(join(this.folder, file), text);
    write("index.ts", program);
    write("tsconfig.json", JSON.stringify(tsconfig));
    // It looks at what is there before it plans, as this program does.
    write(
      "Pulumi.yaml",
      "name: empty\nmain: index.ts\nruntime: nodejs\noptions:\n  refresh: always\n",
    );
    copyFileSync("package.json", join(this.folder, "package.json"));
    symlinkSync(resolve("node_modules"), join(this.folder, "node_modules"));
    await this.run("stack", "init", "empty");
    await this.run("up", "--yes", "--skip-preview");
  }

  /** Runs a Pulumi command on the stack. @returns how long it took, in seconds */
  async run(...words: string[]): Promise<number> {
    const started = Date.now();
    const options = { cwd: this.folder, env: this.environment };
    this.running = execa("pulumi", [...words, "--non-interactive"], options);
    await this.running;
    return (Date.now() - started) / 1000;
  }

  /** Ends a command that is under way, which would go on writing, and removes the program. */
  dispose(): void {
    this.running?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
