import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Where the programs are that members and hosts run. */
const programs = join(__dirname, "..", "..", "programs");

/**
 * What an expression in Python is, once these lines have run. They see the programs' modules, and
 * Python's own library only, as on a minimal system.
 */
export function pythonValue(expression: string, ...lines: string[]): unknown {
  const script = ["import json", ...lines, `print("\\n" + json.dumps(${expression}))`].join("\n");
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-S", "-c", script], {
    env: { ...process.env, PYTHONPATH: [programs, join(programs, "backup")].join(":") },
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
