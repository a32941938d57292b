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
 * A file that gets its name once it is complete, and never replaces another one. Only its owner can
 * read it. While it is incomplete, it is `.NAME.partial-PID` in the same directory.
 */
export class NewFile {
  /** Writes the file. */
  readonly stream: WriteStream;
  private readonly partial: string;

  private constructor(readonly path: string) {
    this.partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}`);
    rmSync(this.partial, { force: true });
    this.stream = createWriteStream(this.partial, { flags: "wx", mode: 0o600 });
    // The writer gets this error too, but there may be no writer yet.
    this.stream.on("error", () => undefined);
  }

  /**
   * Creates the incomplete file.
   * @param wanted its path, or an existing directory for it
   * @param name in such a directory
   * @throws {Failure} if a file of that name exists, or the directory does not
   */
  static begin(wanted: string, name: string): NewFile {
    const path = isFolder(wanted) ? join(wanted, name) : wanted;
    if (!isFolder(dirname(path)))
      throw new Failure(`There is no folder ${dirname(path)}.`, exitCode.refused);
    if (existsSync(path)) throw exists(path);
    return new NewFile(path);
  }

  /**
   * Gives the file its name once it is on disk.
   * @throws {Failure} if another process has created that file meanwhile
   */
  async complete(): Promise<void> {
    const file = await open(this.partial, "r");
    await file.sync();
    await file.close();
    try {
      linkSync(this.partial, this.path);
    } catch (error) {
      // Some file systems have no hard links.
      if (existsSync(this.path)) throw exists(this.path);
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
      renameSync(this.partial, this.path);
    } finally {
      this.discard();
    }
  }

  /** Removes the incomplete file. */
  discard(): void {
    rmSync(this.partial, { force: true });
  }
}

const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const exists = (path: string) =>
  new Failure(`${path} exists already. Nothing was written.`, exitCode.refused);
