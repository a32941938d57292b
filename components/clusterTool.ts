import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What changes a running cluster from inside a member. */
export const clusterTool = readFileSync(
  join(__dirname, "..", "configs", "scripts", "cluster.py"),
  "utf8",
);
