import { spawn } from "node:child_process";
import type { Ending } from "../containers";

/**
 * Runs a program to its end, whatever that is. What else the test does goes on meanwhile.
 *
 * @param input of the program; none by default
 * @param signal that kills it
 */
export function run(words: string[], input = "", signal?: AbortSignal): Promise<Ending> {
  const [program = "", ...rest] = words;
  const child = spawn(program, rest, {
    stdio: ["pipe", "pipe", "pipe"],
    killSignal: "SIGKILL",
    ...(signal === undefined ? {} : { signal }),
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  // A program may end without having read what it was given.
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, output }));
  });
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
