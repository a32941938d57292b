import { execaSync } from "execa";

/** Which part of a program to kill: only itself, or all its descendants too. */
export type KillScope = "engine" | "everything";

/**
 * Sends SIGKILL to a program, or to it and all of its descendants at the same moment: each is
 * stopped first, so that none notices the end of another.
 * @returns a function that kills its remaining descendants
 */
export function killProcess(pid: number, scope: KillScope): () => void {
  if (scope === "engine") {
    const left = descendants(pid);
    signal(pid, "SIGKILL");
    return () => {
      for (const one of left) signal(one, "SIGKILL");
    };
  }
  const stopped = new Set<number>();
  for (let found = [pid]; found.length > 0; found = descendants(pid).filter(isNew)) {
    for (const one of found) {
      signal(one, "SIGSTOP");
      stopped.add(one);
    }
  }
  for (const one of stopped) signal(one, "SIGKILL");
  return () => undefined;

  function isNew(one: number): boolean {
    return !stopped.has(one);
  }
}

/** The descendants of a process. */
export function descendants(pid: number): number[] {
  const { stdout } = execaSync("ps", ["-A", "-o", "pid=,ppid="]);
  const parents = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    parents
      .filter(([, ppid]) => ppid === parent)
      .flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
