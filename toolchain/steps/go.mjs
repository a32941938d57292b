// @ts-check
import { chmodSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "../lib/apt.mjs";
import { canInstallPackages } from "../lib/machine.mjs";
import { run } from "../lib/run.mjs";
import { SetupError } from "../lib/setupError.mjs";
import { compareVersions, oldestGo } from "../versions.mjs";

/** @typedef {import("../setup.mjs").Context} Context */

/** Where Go installs itself if it comes from its makers; not on every user's PATH. */
const usualPlaces = ["go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go"];

/** @type {Promise<string> | undefined} */
let found;

/**
 * A Go that can build the modules: finds one, or gets one. Asked once.
 *
 * @param {Pick<Context, "toolchain" | "work" | "report">} context
 * @returns {Promise<string>} The program.
 * @throws {SetupError} If there is none and none can be had.
 */
export function setUpGo(context) {
  found ??= findOrInstall(context);
  return found;
}

/** @param {Pick<Context, "toolchain" | "work" | "report">} context */
async function findOrInstall({ toolchain, work, report }) {
  /** @type {{ program: string, version: string } | undefined} */
  let old;
  for (const program of usualPlaces) {
    const version = await versionOf(program);
    if (version === undefined) continue;
    if (isNewEnough(version)) {
      report.line("go", `${version} at ${program}`);
      return program;
    }
    old ??= { program, version };
  }
  if (old === undefined && canInstallPackages()) {
    report.line("go", "installing the package golang-go");
    await report.during("apt-get", () => aptInstall(["golang-go"], { work }));
    const version = await versionOf("go");
    if (version !== undefined && isNewEnough(version)) {
      report.line("go", `${version} installed`);
      return "go";
    }
    old = version === undefined ? undefined : { program: "go", version };
  }
  if (old !== undefined) {
    return fetchToolchain(old, join(toolchain, "go"), { work, report });
  }
  throw new SetupError(
    "Go is needed to build the engine, and there is none",
    `Install Go ${oldestGo} or newer, put it on PATH and run setup again.`,
  );
}

/** @param {string} version */
function isNewEnough(version) {
  return compareVersions(version, oldestGo) >= 0;
}

/**
 * @param {string} program
 * @returns {Promise<string | undefined>} For example `1.25.8`; undefined if this is no Go.
 */
async function versionOf(program) {
  const { ok, output } = await run(program, ["version"], {
    env: { ...process.env, GOTOOLCHAIN: "local" },
  });
  return ok ? /\bgo(\d+\.\d+(\.\d+)?)/.exec(output)?.[1] : undefined;
}

/**
 * Gets a newer Go by an older one: each release of Go is a module, too. The older one checks it
 * against the checksum database, as any module, and keeps it in its own cache.
 *
 * @param {{ program: string, version: string }} old
 * @param {string} modules Folder of the modules that are to be built.
 * @param {Pick<Context, "work" | "report">} context
 */
async function fetchToolchain(old, modules, { work, report }) {
  const platform = (await run(old.program, ["env", "GOOS", "GOARCH"])).output
    .trim()
    .split("\n")
    .join("-");
  const version = newestGoOf(modules);
  report.line("go", `${old.version} is older than ${oldestGo}: fetching ${version} as a module`);
  const name = `golang.org/toolchain@v0.0.1-go${version}.${platform}`;
  // In a folder without a module: the toolchain is not to become a dependency of one.
  const { output, error } = await report.during("Go", () =>
    run(old.program, ["mod", "download", "-json", name], {
      cwd: work,
      env: { ...process.env, GO111MODULE: "on" },
    }),
  );
  const folder = folderOf(output);
  if (folder === undefined) {
    throw new SetupError(
      `Go ${version} cannot be fetched as a module`,
      `Install Go ${oldestGo} or newer, put it on PATH and run setup again.`,
      [output, error].join("\n").trim(),
    );
  }
  makeExecutable(folder);
  return join(folder, "bin", "go");
}

/** @param {string} json */
function folderOf(json) {
  try {
    return /** @type {string | undefined} */ (JSON.parse(json).Dir);
  } catch {
    return undefined;
  }
}

/**
 * Modules are kept without the permission to be executed.
 *
 * @param {string} root Folder of a Go release.
 */
function makeExecutable(root) {
  const tools = join(root, "pkg", "tool");
  const platforms = existsSync(tools) ? readdirSync(tools).map((name) => join(tools, name)) : [];
  for (const folder of [join(root, "bin"), ...platforms]) {
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o555);
  }
}

/**
 * The newest Go that one of the modules asks for.
 *
 * @param {string} modules
 */
export function newestGoOf(modules) {
  const versions = readdirSync(modules)
    .map((name) => join(modules, name, "go.mod"))
    .filter((path) => existsSync(path))
    .map((path) => /^go (\S+)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? oldestGo);
  return versions.sort(compareVersions).at(-1) ?? oldestGo;
}
