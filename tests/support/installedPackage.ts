import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

/**
 * Makes the npm package of this repository and installs it.
 * @param folder gets `node_modules`
 * @returns that directory
 */
export async function installedPackage(folder: string): Promise<string> {
  const packages = join(folder, "node_modules");
  const words = ["pack", "--json", "--pack-destination", folder];
  const { stdout } = await execa("npm", words, { stderr: "pipe" });
  const [{ filename = "" } = {}] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as {
    filename?: string;
  }[];
  const target = join(packages, "hapg");
  mkdirSync(target, { recursive: true });
  await execa("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
  // Only what npm would install with it, from here: no test needs a registry.
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
  const installed = Object.entries(lock.packages).flatMap(([path, { dev }]) =>
    dev === true ? [] : (/^node_modules\/((@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? []),
  );
  const own = ["typescript", "ts-node", "@types/node"];
  for (const name of new Set([...installed, ...own])) {
    const link = join(packages, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve("node_modules", name), link);
  }
  return packages;
}
