import { shellCommand } from "../shell";

/** Shell commands that act on one container. */
export interface ContainerCommands {
  /** Succeeds if the container runs. */
  runs: string;
  /** Succeeds if the container runs or is in a restart loop. */
  isThere: string;
  /** Runs a command there. */
  run: (words: string[]) => string;
  /** Runs a command there that reads the standard input. */
  runWithInput: (words: string[]) => string;
  /** Prints the last lines of its log. */
  log: string;
  /** Skips a shell command if the container does not run. */
  ifRunning: (line: string) => string;
}

/**
 * The Engine reports "running" also during a restart, when `docker exec` cannot reach the
 * container.
 */
const isRunning = `test "$(docker inspect --format '{{.State.Running}}' "$0")" = true`;

/** The commands for a container. */
export function inContainer(container: string): ContainerCommands {
  const run = (words: string[]) => shellCommand(["docker", "exec", container, ...words]);
  const runs = run(["true"]);
  return {
    runs,
    isThere: shellCommand(["sh", "-c", isRunning, container]),
    run,
    runWithInput: (words) => shellCommand(["docker", "exec", "-i", container, ...words]),
    log: shellCommand(["docker", "logs", "--since", "10m", "--tail", "400", container]),
    ifRunning: (line) => `if ${runs} 2>/dev/null; then ${line}; fi`,
  };
}
