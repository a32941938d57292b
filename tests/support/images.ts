import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Program } from "../../platforms/platform";

const built = new Map<Program, string>();

/** Builds a program's image once a run, under a tag of the tests' own, and returns the tag. */
export function imageOf(program: Program): string {
  const tag = `hapg-test/${program}`;
  if (!built.has(program)) {
    const context = join(__dirname, "..", "..", "images");
    execFileSync("docker", ["build", "--quiet", "--target", program, "--tag", tag, context], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 600_000,
    });
    built.set(program, tag);
  }
  return tag;
}
