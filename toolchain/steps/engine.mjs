// @ts-check
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pulumiEnvironment } from "../environment.mjs";
import { build } from "../lib/build.mjs";
import { installProgram } from "../lib/programs.mjs";
import { run } from "../lib/run.mjs";
import { engineVersion, isUsableEngine } from "../versions.mjs";
import { downloadEngine } from "./engineDownload.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

const languageHost = "pulumi-language-nodejs";

/**
 * Makes sure that there is an engine that can run the project, and its Node.js language host. The
 * engine is the one that `pulumiEnvironment` leads to: in the Pulumi home or, without one there,
 * the first on PATH.
 *
 * @param {Context} context
 */
export async function setUpEngine(context) {
  const { report } = context;
  const version = await installedVersion();
  const usable = version !== undefined && isUsableEngine(version);
  const hosted = usable && hasLanguageHost();
  if (hosted) {
    report.line("engine", `pulumi ${version}`);
    return;
  }
  if (version !== undefined && !usable) {
    report.line(
      "engine",
      `pulumi ${version} does not fit: wanted ${engineVersion} or newer of the same major version`,
    );
  }
  if (!usable && (await downloadEngine(context))) {
    report.line("engine", `pulumi ${engineVersion} downloaded`);
    return;
  }
  await Promise.all([usable || buildEngine(context), buildLanguageHost(context)]);
  report.line("engine", `pulumi ${usable ? version : engineVersion} is ready`);
}

/** @returns {Promise<string | undefined>} Without a leading v; undefined if there is no engine. */
async function installedVersion() {
  const { ok, output } = await run("pulumi", ["version"], { env: pulumiEnvironment() });
  return ok ? /v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] : undefined;
}

function hasLanguageHost() {
  const { PATH = "" } = pulumiEnvironment();
  return PATH.split(delimiter).some((folder) => existsSync(join(folder, languageHost)));
}

/** @param {Context} context */
async function buildEngine(context) {
  const target = await build(context, {
    module: "engine",
    name: "pulumi",
    packages: {
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi": `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`,
    },
    says: `pulumi ${engineVersion}`,
  });
  installProgram(join(target, "pulumi"), "pulumi");
}

/** @param {Context} context */
async function buildLanguageHost(context) {
  const target = await build(context, {
    module: "language-nodejs",
    name: languageHost,
    packages: { [`github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/${languageHost}`]: "" },
    says: "its Node.js language host",
  });
  installProgram(join(target, languageHost), languageHost);
}
