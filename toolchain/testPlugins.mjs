// @ts-check
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiHome } from "./environment.mjs";
import { goEnvironment, goFlags } from "./lib/goEnvironment.mjs";
import { Reporter } from "./lib/report.mjs";
import { setUpGo } from "./steps/go.mjs";

// Runs the plugins' tests with the Go and the flags of setup, so that little has to be compiled.
// Arguments go to "go test", for example -v.

const toolchain = fileURLToPath(new URL(".", import.meta.url));
const work = join(pulumiHome(), "hapg-setup");
mkdirSync(work, { recursive: true });
const go = await setUpGo({ toolchain, work, report: new Reporter(process.stderr) });
const { status } = spawnSync(go, ["test", ...goFlags, ...process.argv.slice(2), "./..."], {
  cwd: join(toolchain, "go", "plugins"),
  env: goEnvironment(),
  stdio: "inherit",
});
process.exitCode = status ?? 1;
