import { join } from "node:path";
import { execaSync } from "execa";
import type { Kind } from "../../configs/cluster/catalogue";

const built = new Map<Kind | "base", string>();

/** Builds a program's image once a run, under a tag of the tests' own, and returns the tag. */
export function imageOf(program: Kind | "base"): string {
  const tag = `hapg-test/${program}`;
  if (!built.has(program)) {
    const context = join(__dirname, "..", "..", "images");
    const words = ["build", "--quiet", "--target", program, "--tag", tag, context];
    execaSync("docker", words, { timeout: 600_000 });
    built.set(program, tag);
  }
  return tag;
}

/** Builds the image of members with pgBackRest, and returns its tag. */
export function backupImage(): string {
  const tag = "hapg-test/backup";
  const context = join(__dirname, "..", "..", "images");
  const from = ["--build-arg", `MEMBER_IMAGE=${imageOf("patroni")}`];
  const recipe = ["--file", join(context, "backup.Dockerfile")];
  const words = ["build", "--quiet", ...from, ...recipe, "--tag", tag, context];
  execaSync("docker", words, { timeout: 600_000 });
  return tag;
}

/** Builds the image of ShellCheck, as Debian packages it, once a run, and returns its tag. */
export function shellcheckImage(): string {
  const tag = "hapg-test/shellcheck";
  const recipe = `FROM ${imageOf("base")}\nRUN install-packages shellcheck\n`;
  const options = { input: recipe, timeout: 600_000 };
  execaSync("docker", ["build", "--quiet", "--tag", tag, "-"], options);
  return tag;
}
