import {
  createWriteStream,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exitCode, Failure } from "./failure";

/**
 * A file that appears under its name once it is complete, and never replaces another one. Only its
 * owner can read it. Until then it has a name of its own beside it, `.NAME.partial-PID`.
 */
export class NewFile {
  /** Writes the file. */
  readonly stream: WriteStream;
  private readonly partial: string;

  private constructor(readonly path: string) {
    this.partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`);
    rmSync(this.partial, { force: true });
    this.stream = createWriteStream(this.partial, { flags: "wx", mode: 0o600 });
    // Who writes to it hears of it too; nobody may have begun.
    this.stream.on("error", () => undefined);
  }

  /**
   * Begins a file.
   * @param wanted its path, or a folder that it is to be in
   * @param name in such a folder
   * @throws {Failure} if there is one of that name, or no such folder
   */
  static begin(wanted: string, name: string): NewFile {
    const path = isFolder(wanted) ? join(wanted, name) : wanted;
    if (!isFolder(dirname(path)))
      throw new Failure(`There is no folder ${dirname(path)}.`, exitCode.refused);
    if (existsSync(path)) throw exists(path);
    return new NewFile(path);
  }

  /**
   * Gives the file its name, once it is on the disk.
   * @throws {Failure} if somebody else has made one meanwhile
   */
  async complete(): Promise<void> {
    const file = await open(this.partial, "r");
    await file.sync();
    await file.close();
    try {
      linkSync(this.partial, this.path);
    } catch (error) {
      // Some file systems know no further names of a file.
      if (existsSync(this.path)) throw exists(this.path);
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
      renameSync(this.partial, this.path);
    } finally {
      this.discard();
    }
  }

  /** Removes what is not complete. */
  discard(): void {
    rmSync(this.partial, { force: true });
  }
}

const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const exists = (path: string) =>
  new Failure(`${path} exists already. Nothing was written.`, exitCode.refused);
