import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptInstall } from "../../toolchain/lib/apt.mjs";
import { run, succeed } from "../../platforms/command";

/** Debian releases that hosts can run. */
export type Suite = "trixie" | "bookworm";

/** A minimal virtual machine: most have more, but the platform must install what it needs. */
const packages = [
  ...["systemd", "systemd-sysv", "dbus", "openssh-server", "sudo"],
  ...["iproute2", "procps", "ca-certificates"],
];
const customise = readFileSync(join(__dirname, "customise.sh"), "utf8");

/**
 * The image of a machine with systemd and an SSH server. It is built if it does not exist: its name
 * contains a digest of its inputs.
 *
 * @param cachedPackages downloaded with their dependencies, but not installed
 * @param signal aborts the build
 */
export async function hostImage(
  suite: Suite,
  cachedPackages: string[] = [],
  signal?: AbortSignal,
): Promise<string> {
  const bare = imageName("host", suite, [...packages, customise]);
  if (!(await exists(bare))) await bootstrap(suite, bare, signal);
  if (cachedPackages.length === 0) return bare;
  const dockerfile = [
    `FROM ${bare}`,
    "RUN apt-get update -q \\",
    ` && apt-get install -qy --no-install-recommends --download-only ${cachedPackages.join(" ")}`,
  ].join("\n");
  return built(imageName("host-packages", suite, [dockerfile]), dockerfile, signal);
}

/**
 * The same with the packages installed, as from an operator's template. None of their programs runs
 * there.
 */
export async function preparedHostImage(
  suite: Suite,
  installedPackages: string[],
  signal?: AbortSignal,
): Promise<string> {
  const exporters = installedPackages.filter((name) => name.endsWith("-exporter"));
  const dockerfile = [
    `FROM ${await hostImage(suite, installedPackages, signal)}`,
    "RUN mkdir /etc/postgresql-common \\",
    " && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \\",
    " && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \\",
    `    -o Dpkg::Options::=--force-confold ${installedPackages.join(" ")} \\`,
    ` && systemctl disable etcd patroni haproxy pgbouncer keepalived ${exporters.join(" ")}`,
  ].join("\n");
  return built(imageName("host-prepared", suite, [dockerfile]), dockerfile, signal);
}

/** An image that is built if it does not exist. */
async function built(image: string, dockerfile: string, signal?: AbortSignal): Promise<string> {
  if (!(await exists(image))) {
    await succeed(["docker", "build", "--quiet", "--tag", image, "-"], dockerfile, signal);
  }
  return image;
}

function imageName(kind: string, suite: Suite, recipe: string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(recipe)).digest("hex");
  return `hapg-test/${kind}:${suite}-${digest.slice(0, 12)}`;
}

const exists = async (image: string) =>
  (await run(["docker", "image", "inspect", image])).status === 0;

async function bootstrap(suite: Suite, image: string, signal?: AbortSignal): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hapg-host-image-"));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  // An interrupted test does not wait for a running build.
  process.once("exit", clean);
  try {
    if ((await run(["sh", "-c", "command -v mmdebstrap"])).status !== 0) {
      await aptInstall(["mmdebstrap", "debian-archive-keyring"], { work: folder });
    }
    const system = join(folder, "system.tar");
    const words = [
      ...["mmdebstrap", "--quiet", "--variant=minbase", `--include=${packages.join(",")}`],
      ...[`--customize-hook=${customise}`, suite, system],
    ];
    await succeed(words, "", signal);
    const start = 'CMD ["/usr/local/sbin/boot"]';
    await succeed(["docker", "import", "--change", start, system, image], "", signal);
  } finally {
    clean();
    process.removeListener("exit", clean);
  }
}
