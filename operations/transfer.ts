import { spawn } from "node:child_process";
import { Transform, type Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Reach } from "../platforms/reach";

/** Progress of a dump or of its load. */
export interface TransferStep {
  step: "dump" | "count" | "send" | "load" | "analyze" | "verify";
  /** Finished tables. */
  tables?: number;
  /** Written or sent bytes. */
  bytes?: number;
  /** Total number of tables or bytes. */
  of?: number;
}

/** The result of a dump or a load. */
export interface Transferred {
  bytes: number;
  tables: number;
  rows: number;
}

/** How to run a program of a transfer. */
export interface TransferArgs {
  member: string;
  /** The Python program. */
  program: string;
  words: string[];
  /** Input, read to its end. */
  input?: Readable;
  /** Receives the program's output. */
  output?: Writable;
  /** Receives its reports. */
  onStep: (step: TransferStep) => void;
  /** Aborts it; the program removes what it has created. */
  signal: AbortSignal;
}

/** How long a program may take to clean up, in milliseconds. */
const cleanUpMilliseconds = 10_000;

/**
 * Runs a program inside a member that sends or receives a dump. Bytes pass unchanged.
 * @throws {Error} with the member and the problem, or the signal's reason
 */
export async function transfer(
  reach: Pick<Reach, "attached">,
  { member, program, words, input, output, onStep, signal }: TransferArgs,
): Promise<Transferred> {
  signal.throwIfAborted();
  const all = reach.attached(member, ["python3", "-c", program, ...words], false);
  const [client = "", ...rest] = all;
  // The program gets its own process group: only this process handles Ctrl-C, and it closes the
  // program's input.
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
    // If the output cannot be written here, for example on a full disk, the program stops.
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

/** A program's report: one JSON object per line, among other lines of the connection. */
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
