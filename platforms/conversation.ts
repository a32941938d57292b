import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Ending } from "./command";

/**
 * A command that runs while this process exchanges lines with it. When this process ends, for any
 * reason, the command's input closes, and the command can detect that.
 */
export class Conversation {
  /** How it ended and all that it printed. */
  readonly ending: Promise<Ending>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;

  /** Starts the command. */
  constructor(words: string[]) {
    const [program = "", ...rest] = words;
    // The command gets its own process group: only this process handles Ctrl-C, and it ends the
    // conversation in its own way.
    const child = spawn(program, rest, { detached: true });
    this.child = child;
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    // A command may end before it has read all lines.
    child.stdin.on("error", () => undefined);
    this.ending = new Promise((resolve) => {
      child.once("error", (error) => resolve({ status: null, output: String(error) }));
      child.once("close", (status) => resolve({ status, output }));
    });
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a line. */
  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** The next line that the command prints; undefined once it has ended. */
  async hear(): Promise<string | undefined> {
    const next = await this.lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** Lets this process end before the command does, which then gets the end of its input. */
  leaveInBackground(): void {
    for (const handle of this.handles()) handle.unref();
  }

  /** Closes the command's input and waits for its end, also if it was left in the background. */
  end(): Promise<Ending> {
    for (const handle of this.handles()) handle.ref();
    this.child.stdin.end();
    return this.ending;
  }

  /** What keeps this process alive. */
  private handles(): { ref(): unknown; unref(): unknown }[] {
    const { stdin, stdout, stderr } = this.child;
    return [this.child, ...([stdin, stdout, stderr] as unknown as Socket[])];
  }
}
