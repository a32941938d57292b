import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", file), "utf8");

/** What changes a running cluster from inside a member. */
export const clusterTool = read("cluster.py");

/** What runs Patroni, and ends PostgreSQL when Patroni fails to: a program and its modules. */
export const guardFiles: { name: string; content: string }[] = [
  "guard.py",
  "boottime.py",
  "fence.py",
  "kernel_watchdog.py",
  "postmaster.py",
  "watchdog.py",
].map((name) => ({ name, content: read(name) }));

/** Patroni, which tells the guard until when it may lead. */
export const leaseClock = read("lease_clock.py");
