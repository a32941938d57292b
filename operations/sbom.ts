import { readFileSync } from "node:fs";
import { execaSync } from "execa";
import { isInstalled } from "./isInstalled";

/** What lists the packages in an image: Debian's, Python's and the modules in Go programs. */
const syft = "github.com/anchore/syft/cmd/syft@v1.30.0";

/** How to start syft: as it is installed, or by Go, which builds it once. */
function syftCommand(): string[] {
  if (isInstalled("syft")) return ["syft"];
  if (isInstalled("go")) return ["go", "run", syft];
  throw new Error("Listing an image's packages takes syft, or Go to build it. Neither is on PATH.");
}

/**
 * An image's packages as CycloneDX JSON.
 * @param image name or id on the Engine
 * @param name what the list calls it
 * @param host address of the Engine; left out: the client's own default
 * @throws {Error} without a program that can list them
 */
export function imageSbom(image: string, name: string, host?: string): string {
  const scan = ["scan", `docker:${image}`, "--source-name", name, "-o", "cyclonedx-json", "-q"];
  return run([...syftCommand(), ...scan], {
    SYFT_CHECK_FOR_APP_UPDATE: "false",
    // Packages; not each file of them.
    SYFT_FILE_METADATA_SELECTION: "none",
    ...(host === undefined ? {} : { DOCKER_HOST: host }),
  });
}

/** The npm packages that the program runs with, as CycloneDX JSON: those of the lock file, on every machine. */
export function programSbom(): string {
  const words = [
    "npm",
    "sbom",
    "--sbom-format",
    "cyclonedx",
    "--package-lock-only",
    "--omit",
    "dev",
  ];
  const sbom = JSON.parse(run(words)) as { metadata: { component: { name: string } } };
  // npm calls it by its folder.
  sbom.metadata.component.name = packageName();
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

const packageName = () =>
  (JSON.parse(readFileSync("package.json", "utf8")) as { name: string }).name;

const run = ([program = "", ...words]: string[], env: NodeJS.ProcessEnv = {}): string =>
  execaSync(program, words, { env, stderr: "inherit", stripFinalNewline: false }).stdout;
