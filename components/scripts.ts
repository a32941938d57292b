import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", file), "utf8");

/** What changes a running cluster from inside a member. */
export const clusterTool = read("cluster.py");

/** What runs Patroni, and ends PostgreSQL when Patroni fails to. */
export const guard = read("guard.py");
