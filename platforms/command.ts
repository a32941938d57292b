import { spawn } from "node:child_process";

/** How a command ended and all that it printed. */
export interface Ending {
  /** null if it was killed. */
  status: number | null;
  output: string;
}

/**
 * Runs a program and waits for its end, with whatever exit status. It does not block this process.
 *
 * @param input standard input of the program; none by default
 * @param signal ends the program and its children early
 */
export async function run(words: string[], input = "", signal?: AbortSignal): Promise<Ending> {
  signal?.throwIfAborted();
  const [program = "", ...rest] = words;
  // The program gets its own process group: mmdebstrap kills its whole group when it fails.
  const child = spawn(program, rest, { detached: true });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    } catch {
      // The process group has just ended by itself.
    }
    // The master of a shared SSH connection keeps the ends of the pipes open.
    setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), 50);
  };
  signal?.addEventListener("abort", end);
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  // A program may end without reading its input.
  child.stdin.on("error", () => undefined).end(input);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve({ status, output }));
    });
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

/**
 * Runs a program that must succeed, and returns what it prints.
 * @throws {Error} with the command and its output if it fails
 */
export async function succeed(words: string[], input = "", signal?: AbortSignal): Promise<string> {
  const { status, output } = await run(words, input, signal);
  if (status !== 0) throw new Error(`${words.join(" ")} failed:\n${output}`);
  return output.trim();
}
