import { execaSync } from "execa";
import { run } from "../../../platforms/command";
import { installScript, type InstalledFile } from "../../../platforms/shell";
import { imageOf } from "../images";

const tag = "hapg-test/machine";

/** Builds the image of a machine that has a kernel of its own. It takes minutes the first time. */
export function buildMachine(): void {
  const member = `MEMBER=${imageOf("patroni")}`;
  const words = ["build", "--quiet", "--build-arg", member, "--tag", tag, __dirname];
  execaSync("docker", words, { timeout: 900_000 });
}

/**
 * Boots a machine that runs the guard with these files, in `/try`, and answers with what it printed
 * on its console. It ends by itself, or is reset by its kernel, and then not started again.
 * @param seconds that it lives if nobody resets it
 */
export async function boot(files: InstalledFile[], seconds: number): Promise<string> {
  const script = [
    "mkdir /machine/try",
    installScript(files.map(({ path, ...file }) => ({ ...file, path: `/machine/try/${path}` }))),
    "(cd /machine && find . | cpio --quiet -o -H newc) >/initial",
    "exec timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nographic -no-reboot -net none \\",
    `  -kernel /machine-kernel -initrd /initial -append "console=ttyS0 quiet panic=-1 hapg_seconds=${seconds}" </dev/null`,
  ].join("\n");
  const words = ["docker", "run", "--rm", "-i", "--network", "none", "--no-healthcheck"];
  const { output } = await run([...words, tag, "exec sh -eu"], script);
  return output.replaceAll("\r", "");
}
