import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Kind } from "../../configs/cluster/catalogue";

const built = new Map<Kind, string>();

/** Builds a program's image once a run, under a tag of the tests' own, and returns the tag. */
export function imageOf(program: Kind): string {
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
