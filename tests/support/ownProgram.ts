import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { pulumiEnvironment } from "../../toolchain/environment.mjs";

/** A step of a preview or an update. */
export interface Step {
  /** What the engine does, such as `create`, `delete-replaced` or `same`. */
  op: string;
  name: string;
  type: string;
  /** The resource as it will be, as `pulumi preview --json` prints it. */
  state: Record<string, unknown>;
}

/** A Pulumi program of a user, beside this repository, with a stack and a backend of its own. */
export class OwnProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "hapg-program-"));
  private readonly state: string;
  private readonly environment: NodeJS.ProcessEnv;

  /**
   * @param files of the program by name; `Pulumi.yaml` and what it needs are there anyway, and run
   * `program.ts`
   * @param packages directory of its packages; left out: those of this repository, which is
   * `./hapg/`
   * @param beside a program whose stacks it can read; left out: none
   */
  constructor(files: Record<string, string>, packages?: string, beside?: OwnProgram) {
    this.state = beside?.state ?? join(this.folder, "state");
    mkdirSync(this.state, { recursive: true });
    this.environment = {
      ...pulumiEnvironment(),
      PULUMI_BACKEND_URL: `file://${this.state}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      // Makes the engine take --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
    };
    delete this.environment.PULUMI_CONFIG_PASSPHRASE_FILE;
    if (packages === undefined) symlinkSync(resolve("."), join(this.folder, "hapg"));
    symlinkSync(packages ?? resolve("node_modules"), join(this.folder, "node_modules"));
    this.write("package.json", "{}\n");
    this.write(
      "Pulumi.yaml",
      "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\nmain: program.cjs\n",
    );
    this.write("program.cjs", 'require("tsx/cjs");\nmodule.exports = require("./program.ts");\n');
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** Writes a file of the program. */
  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** Creates the stack. */
  init = () => this.pulumi("stack", "init", "dev");

  /** What an update would do. */
  async preview(): Promise<Step[]> {
    const { steps = [] } = JSON.parse(await this.pulumi("preview", "--json", "--show-sames")) as {
      steps?: { op: string; urn: string; newState?: Record<string, unknown> }[];
    };
    return steps.map(({ op, urn, newState = {} }) => ({ op, ...partsOf(urn), state: newState }));
  }

  /** Updates the stack. @returns what it did, in order, without what stayed the same */
  up = () => this.logged("up", "--yes", "--skip-preview");

  /** Removes everything. @returns in which order */
  destroy = () => this.logged("destroy", "--yes", "--skip-preview");

  private async logged(...words: string[]): Promise<Step[]> {
    const log = join(this.folder, "events");
    rmSync(log, { force: true });
    await this.pulumi(...words, "--event-log", log);
    const events = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Event);
    return events.flatMap(({ resourcePreEvent: event }) =>
      event === undefined || event.metadata.op === "same"
        ? []
        : [{ op: event.metadata.op, ...partsOf(event.metadata.urn), state: {} }],
    );
  }

  /**
   * Runs a Pulumi command.
   * @throws {Error} with all that it printed if it fails
   */
  async pulumi(...words: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await execa(
      "pulumi",
      [...words, "--non-interactive", ...(words[0] === "stack" ? [] : ["--stack", "dev"])],
      { cwd: this.folder, env: this.environment, extendEnv: false, stdin: "ignore", reject: false },
    );
    if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Sets values of the stack's configuration. */
  configure = (...words: string[]) => this.pulumi("config", "set", ...words);

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

interface Event {
  resourcePreEvent?: { metadata: { op: string; urn: string } };
}

function partsOf(urn: string): { name: string; type: string } {
  const [, , types = "", name = ""] = urn.split("::");
  return { name, type: types.split("$").at(-1) ?? "" };
}
