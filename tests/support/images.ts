import { join } from "node:path";
import { execaSync } from "execa";
import type { Kind } from "../../configs/cluster/catalogue";

const built = new Map<Kind, string>();

/** Builds a program's image once a run, under a tag of the tests' own, and returns the tag. */
export function imageOf(program: Kind): string {
  const tag = `hapg-test/${program}`;
  if (!built.has(program)) {
    const context = join(__dirname, "..", "..", "images");
    const words = ["build", "--quiet", "--target", program, "--tag", tag, context];
    execaSync("docker", words, { timeout: 600_000 });
    built.set(program, tag);
  }
  return tag;
}
