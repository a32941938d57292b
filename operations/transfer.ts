import { spawn } from "node:child_process";
import { Transform, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Reach } from "../platforms/reach";

/** What a dump or its load is doing. */
export interface TransferStep {
  step: "dump" | "count" | "send" | "load" | "analyze" | "verify";
  /** Tables that are done. */
  tables?: number;
  /** Bytes that are written or sent. */
  bytes?: number;
  /** How many tables or bytes there are in all. */
  of?: number;
}

/** What was dumped or loaded. */
export interface Transferred {
  bytes: number;
  tables: number;
  rows: number;
}

/** How a program of a transfer is run. */
export interface TransferArgs {
  member: string;
  /** The Python program. */
  program: string;
  words: string[];
  /** Is read to its end. */
  input?: Readable;
  /** Gets what the program prints. */
  output?: Writable;
  /** Gets what it reports. */
  onStep: (step: TransferStep) => void;
  /** Gives it up; the program removes what it has made. */
  signal: AbortSignal;
}

/** How long a program has to clean up, in milliseconds. */
const cleanUpMilliseconds = 10_000;

/**
 * Runs a program inside a member that takes or gives a dump, with bytes as they are.
 * @throws {Error} with the member and what is wrong, or the signal's reason
 */
export async function transfer(
  reach: Pick<Reach, "attached">,
  { member, program, words, input, output, onStep, signal }: TransferArgs,
): Promise<Transferred> {
  signal.throwIfAborted();
  const all = reach.attached(member, ["python3", "-c", program, ...words], false);
  const [client = "", ...rest] = all;
  // In a process group of its own: Ctrl-C is for this process, which ends the program's input.
  const child = spawn(client, rest, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.stdin.end();
    killer ??= setTimeout(() => child.kill("SIGKILL"), cleanUpMilliseconds);
  };
  signal.addEventListener("abort", stop);
  const reports = new Reports(onStep);
  child.stderr.setEncoding("utf8").on("data", (text: string) => reports.read(text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let received = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length;
      done(null, chunk);
    },
  });
  try {
    input?.pipe(child.stdin, { end: false });
    const taken = output === undefined ? undefined : pipeline(child.stdout, counter, output);
    // What cannot be kept here, as on a full disk, is no longer asked for.
    taken?.catch(stop);
    const status = await ended;
    signal.throwIfAborted();
    await taken;
    const { done, problem } = reports;
    if (status !== 0 || done === undefined)
      throw new Error(`${member}: ${problem ?? `the connection ended (${String(status)})`}`);
    if (output !== undefined && received !== done.bytes)
      throw new Error(`${member}: ${received} of ${done.bytes} bytes have arrived.`);
    return done;
  } finally {
    clearTimeout(killer);
    signal.removeEventListener("abort", stop);
  }
}

/** What a program reports: an object of JSON a line, between lines of whatever leads to it. */
class Reports {
  done: Transferred | undefined;
  problem: string | undefined;
  private rest = "";

  constructor(private readonly onStep: (step: TransferStep) => void) {}

  read(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.readLine(line);
  }

  private readLine(line: string): void {
    if (!line.startsWith("{")) {
      if (line.trim() !== "") this.problem = line.trim();
      return;
    }
    const report = JSON.parse(line) as { done?: Transferred; error?: string } & TransferStep;
    if (report.done !== undefined) this.done = report.done;
    else if (report.error !== undefined) this.problem = report.error;
    else this.onStep(report);
  }
}
