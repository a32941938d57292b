import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { rootScript, scripts } from "../../platforms/vm/scripts";

/** The folder on a host in which the scripts keep what they know. */
const stateFolder = "/var/lib/hapg";

/** The user who runs the tests, and who may give files to nobody else. */
export const me = userInfo().username;

/** A folder that stands for a host: the functions of the hosts' scripts run on files in it. */
export class ScriptFolder {
  readonly path = mkdtempSync(join(tmpdir(), "hapg-host-"));
  readonly state = this.in("state");
  private readonly functions: string;

  /** @param files of `programs/vm/` */
  constructor(...files: string[]) {
    this.functions = scripts(...files).replaceAll(stateFolder, this.state);
    mkdirSync(this.in("bin"));
    this.write("calls", "");
  }

  /** A path in the folder. */
  in(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.in(name), "utf8");
  }

  write(name: string, content: string): void {
    writeFileSync(this.in(name), content);
  }

  has(name: string): boolean {
    return existsSync(this.in(name));
  }

  /**
   * Puts programs in the place of the system's, by name. Each notes its call and then runs its
   * script.
   */
  programs(all: Record<string, string>): void {
    for (const [name, script] of Object.entries(all)) {
      const note = `echo "${name}\${*:+ }$*" >>'${this.in("calls")}'`;
      writeFileSync(this.in(`bin/${name}`), `#!/bin/sh\n${note}\n${script}\n`, { mode: 0o755 });
    }
  }

  /** The calls of such programs since the last time. */
  calls(): string[] {
    const lines = this.read("calls").split("\n").slice(0, -1);
    this.write("calls", "");
    return lines;
  }

  /** Runs steps as a host's root runs them. */
  run(...steps: string[]): { status: number | null; output: string; errors: string } {
    const { status, stdout, stderr } = spawnSync("sh", ["-s"], {
      input: rootScript("db1", this.functions, steps),
      encoding: "utf8",
      env: { ...process.env, PATH: `${this.in("bin")}:${process.env.PATH ?? ""}` },
    });
    return { status, output: stdout, errors: stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}
