import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { pulumiHome } from "../toolchain/environment.mjs";

/**
 * A lock of an update on a stack, as Pulumi's file backend writes it (`pkg/backend/diy/lock.go`).
 */
export interface StackLock {
  user: string;
  host: string;
  pid: number;
  /** ISO 8601. */
  since: string;
  /** Whether that process still runs; unknown if it is on another machine. */
  isHeld: boolean | "unknown";
}

/**
 * The locks on a stack.
 * @param name of the stack
 * @returns undefined if the backend is not a directory of this machine: only Pulumi can read other
 * locks
 */
export function locksOf(
  project: string,
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): StackLock[] | undefined {
  const backend = backendFolder(environment);
  if (backend === undefined) return undefined;
  const folder = join(backend, ".pulumi", "locks", "organization", project, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => lockIn(join(folder, file)) ?? []);
}

/** Describes the holder of a lock in one line. */
export function describeLock({ user, host, pid, since, isHeld }: StackLock): string {
  const state =
    isHeld === "unknown"
      ? `this machine, ${hostname()}, cannot see whether it runs`
      : isHeld
        ? "it still runs"
        : "it no longer runs";
  return `locked by process ${pid} of ${user} on ${host} since ${since}; ${state}`;
}

/**
 * The directory of the backend that Pulumi would use, in Pulumi's order: environment, project,
 * login.
 */
function backendFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const url = environment.PULUMI_BACKEND_URL ?? projectBackend() ?? login(environment);
  if (url?.startsWith("file://") !== true) return undefined;
  const path = url.slice("file://".length).split("?")[0] ?? "";
  if (path.startsWith("~")) return join(environment.HOME ?? homedir(), path.slice(1));
  return path.startsWith("/") ? fileURLToPath(`file://${path}`) : resolve(path);
}

function projectBackend(): string | undefined {
  if (!existsSync("Pulumi.yaml")) return undefined;
  const file = parse(readFileSync("Pulumi.yaml", "utf8")) as { backend?: { url?: string } } | null;
  return file?.backend?.url;
}

function login(environment: NodeJS.ProcessEnv): string | undefined {
  const file = join(pulumiHome(environment), "credentials.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { current?: string }).current;
}

function lockIn(file: string): StackLock | undefined {
  try {
    const {
      pid,
      username,
      hostname: host,
      timestamp,
    } = JSON.parse(readFileSync(file, "utf8")) as Record<
      "username" | "hostname" | "timestamp",
      string
    > & { pid: number };
    const isHeld = host === hostname() ? isEngine(pid) : "unknown";
    return { user: username, host, pid, since: timestamp.replace(/\.\d+/, ""), isHeld };
  } catch (error) {
    // It was released meanwhile.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // Pulumi was killed, or the disk was full, while it wrote the file.
    return { user: "?", host: "?", pid: 0, since: "?", isHeld: "unknown" };
  }
}

/**
 * Whether a process of this machine runs and is Pulumi: another program may have its number by now.
 */
function isEngine(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The process of another user also counts as running.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const status = `/proc/${pid}/status`;
  // Without /proc only the number can be checked.
  if (!existsSync("/proc/self/status")) return true;
  try {
    const text = readFileSync(status, "utf8");
    return /^Name:\s+pulumi/m.test(text) && !/^State:\s+Z/m.test(text);
  } catch {
    return false;
  }
}
