import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";

/** A lock of a stack's state whose holder has ended. */
export interface StateLock {
  stack: string;
  user: string;
  host: string;
  pid: number;
  /** Its age, in seconds. */
  seconds: number;
}

/** Age from which a lock of another machine, whose processes cannot be seen, counts as left. In seconds. */
const longestUpdate = 24 * 3600;

/**
 * Locks that killed updates have left in a local file backend, read without Pulumi. Empty for other backends, and for a lock
 * that its update still holds. The layout is that of `pkg/backend/diy/lock.go` of Pulumi 3.
 * @param backendUrl such as `file://~`
 */
export function leftLocks(backendUrl: string, project: string, stack: string): StateLock[] {
  const [, path] = /^file:\/\/(.*)$/.exec(backendUrl) ?? [];
  if (path === undefined) return [];
  const root = path === "" || path.startsWith("~") ? join(homedir(), path.slice(1)) : path;
  const folder = join(root, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => lockIn(join(folder, name), stack) ?? []);
}

function lockIn(file: string, stack: string): StateLock | undefined {
  let content: { pid?: number; username?: string; hostname?: string; timestamp?: string };
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as typeof content;
  } catch {
    // Its update has just removed it, or is about to write it.
    return undefined;
  }
  const { pid = 0, username: user = "unknown", hostname: host = "unknown", timestamp } = content;
  const seconds = (Date.now() - Date.parse(timestamp ?? "")) / 1000;
  const isLeft = host === hostname() ? !runsPulumi(pid) : seconds > longestUpdate;
  return isLeft ? { stack, user, host, pid, seconds } : undefined;
}

/** Whether a process is there, and is not another that got its number. */
function runsPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const command = `/proc/${pid}/comm`;
  return !existsSync(command) || readFileSync(command, "utf8").includes("pulumi");
}
