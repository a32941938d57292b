import { spawn } from "node:child_process";
import { Failure } from "./failure";

/**
 * Runs a command with this terminal as its input and output.
 * @throws {Failure} with its exit code if it fails
 */
export async function runAttached([program = "", ...words]: string[]): Promise<void> {
  const child = spawn(program, words, { stdio: "inherit" });
  // The command handles Ctrl-C; this process ends with it.
  const ignored = () => undefined;
  process.on("SIGINT", ignored);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (status !== 0) throw new Failure("", status ?? 1);
  } finally {
    process.off("SIGINT", ignored);
  }
}
