import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A process that an engine had started. */
export interface Orphan {
  pid: number;
  name: string;
}

/** In the kernel's form: the first 15 characters. */
const plugins = ["pulumi-resource", "pulumi-language"];

/**
 * Plugins of engines that were killed in this directory, which continue their work for minutes.
 * Found on Linux only.
 */
export function orphans(): Orphan[] {
  const all = processes();
  const nameOf = new Map(all.map(({ pid, name }) => [pid, name]));
  return all
    .filter(({ name, parent }) => plugins.includes(name) && !isOfEngine(nameOf.get(parent)))
    .filter(({ pid }) => isHere(pid))
    .map(({ pid, name }) => ({ pid, name }));
}

/** A language host also starts plugins for the engine. */
const isOfEngine = (parent = "") => parent === "pulumi" || plugins.includes(parent);

function isHere(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === process.cwd();
  } catch {
    return false;
  }
}

/** Kills them and waits until they are gone. @throws {Error} if one does not end */
export async function endOrphans(found: Orphan[]): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const { pid } of found) send(pid, signal);
    for (let i = 0; i < 50; i++) {
      const left = new Set(orphans().map(({ pid }) => pid));
      if (!found.some(({ pid }) => left.has(pid))) return;
      await pause(100);
    }
  }
  const pids = found.map(({ pid }) => pid).join(" ");
  throw new Error(`Plugins of the killed update still run (processes ${pids}). End them first.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended or belongs to another user. The wait below distinguishes the two.
  }
}

function processes(): { pid: number; name: string; parent: number }[] {
  try {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => processIn(entry) ?? []);
  } catch {
    return [];
  }
}

function processIn(entry: string) {
  try {
    // `PID (NAME) STATE PARENT …`, where a name may contain anything.
    const text = readFileSync(`/proc/${entry}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const [state, parent] = text.slice(end + 2).split(" ");
    if (state === "Z") return undefined;
    return {
      pid: Number(entry),
      name: text.slice(text.indexOf("(") + 1, end),
      parent: Number(parent),
    };
  } catch {
    return undefined;
  }
}
