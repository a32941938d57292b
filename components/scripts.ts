import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", file), "utf8");

/** What changes a running cluster from inside a member. */
export const clusterTool = read("cluster.py");

/** What runs Patroni, and ends PostgreSQL when Patroni fails to. */
export const guard = read("guard.py");

/** What starts Patroni: a program and what it consists of, which lie beside each other. */
export const startPrograms = [
  "cold_start.py",
  "disk.py",
  "divergence.py",
  "etcd.py",
  "members.py",
  "obstacles.py",
  "verdict.py",
].map((file) => ({ file, content: read(file) }));
