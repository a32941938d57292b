import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Kind } from "../../configs/cluster/catalogue";

const built = new Map<Kind | "base", string>();

/** Builds a program's image once a run, under a tag of the tests' own, and returns the tag. */
export function imageOf(program: Kind | "base"): string {
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

/** Builds the image of ShellCheck, as Debian packages it, once a run, and returns its tag. */
export function shellcheckImage(): string {
  const tag = "hapg-test/shellcheck";
  const recipe = `FROM ${imageOf("base")}\nRUN install-packages shellcheck\n`;
  execFileSync("docker", ["build", "--quiet", "--tag", tag, "-"], {
    input: recipe,
    stdio: ["pipe", "ignore", "pipe"],
    timeout: 600_000,
  });
  return tag;
}
