import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(__dirname, "..", "golden");

/**
 * Compares a rendered file with the expected one in `tests/golden/`. `UPDATE_GOLDEN=1` writes the
 * expected file instead; its diff is then for a person to read.
 */
export function assertGolden(file: string, rendered: string): void {
  const path = join(folder, file);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, rendered);
  assert.equal(rendered, readFileSync(path, "utf8"), `differs from tests/golden/${file}`);
}
