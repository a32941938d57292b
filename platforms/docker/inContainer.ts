import { shellCommand } from "../shell";

/** Shell commands that reach into one container. */
export interface ContainerCommands {
  /** Succeeds if the container runs. */
  runs: string;
  /** Runs a command there. */
  run: (words: string[]) => string;
  /** Runs a command there that reads the standard input. */
  runWithInput: (words: string[]) => string;
  /** Passes a shell command over if the container does not run. */
  ifRunning: (line: string) => string;
}

/** The commands for a container. */
export function inContainer(container: string): ContainerCommands {
  const run = (words: string[]) => shellCommand(["docker", "exec", container, ...words]);
  const runs = run(["true"]);
  return {
    runs,
    run,
    runWithInput: (words) => shellCommand(["docker", "exec", "-i", container, ...words]),
    ifRunning: (line) => `if ${runs} 2>/dev/null; then ${line}; fi`,
  };
}
