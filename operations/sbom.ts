import { readFileSync } from "node:fs";
import { execaSync } from "execa";
import { isInstalled } from "./isInstalled";

/**
 * The tool that lists the packages in an image: those of Debian, Python and the modules in Go
 * programs.
 */
const syft = "github.com/anchore/syft/cmd/syft@v1.30.0";

/** How to start syft: the installed one, or through Go, which builds it once. */
function syftCommand(): string[] {
  if (isInstalled("syft")) return ["syft"];
  if (isInstalled("go")) return ["go", "run", syft];
  throw new Error("Listing an image's packages takes syft, or Go to build it. Neither is on PATH.");
}

/**
 * An image's packages as CycloneDX JSON.
 * @param image name or id on the Engine
 * @param name of the image in the list
 * @param host address of the Engine; left out: the client's own default
 * @throws {Error} if no tool can list them
 */
export function imageSbom(image: string, name: string, host?: string): string {
  const scan = ["scan", `docker:${image}`, "--source-name", name, "-o", "cyclonedx-json", "-q"];
  return run([...syftCommand(), ...scan], {
    SYFT_CHECK_FOR_APP_UPDATE: "false",
    // Only packages, not each of their files.
    SYFT_FILE_METADATA_SELECTION: "none",
    ...(host === undefined ? {} : { DOCKER_HOST: host }),
  });
}

/**
 * The npm packages of the program as CycloneDX JSON, from the lock file, so it is the same on every
 * machine.
 */
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
  // npm names it after its directory.
  sbom.metadata.component.name = packageName();
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

const packageName = () =>
  (JSON.parse(readFileSync("package.json", "utf8")) as { name: string }).name;

const run = ([program = "", ...words]: string[], env: NodeJS.ProcessEnv = {}): string =>
  execaSync(program, words, { env, stderr: "inherit", stripFinalNewline: false }).stdout;
