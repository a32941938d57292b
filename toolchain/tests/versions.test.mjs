// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { newestGoOf } from "../steps/go.mjs";
import { compareVersions, engineVersion, isUsableEngine, oldestGo, plugins } from "../versions.mjs";
import { put, temporaryFolder } from "./support.mjs";

const toolchain = fileURLToPath(new URL("..", import.meta.url));
const project = join(toolchain, "..");

test("versions are compared by number", () => {
  assert.ok(compareVersions("3.9.0", "3.10.0") < 0);
  assert.ok(compareVersions("1.26", "1.25.8") > 0);
  assert.equal(compareVersions("1.21", "1.21.0"), 0);
});

test("an engine fits from the tested version on, within its major version", () => {
  assert.equal(isUsableEngine(engineVersion), true);
  assert.equal(isUsableEngine("3.999.0"), true);
  assert.equal(isUsableEngine("3.231.9"), false);
  assert.equal(isUsableEngine("4.0.0"), false);
});

test("plugins have the versions of the installed npm packages", () => {
  for (const { name, version } of plugins(project)) {
    const path = join(project, "node_modules", "@pulumi", name, "package.json");
    assert.equal(JSON.parse(readFileSync(path, "utf8")).pulumi.version, version, name);
  }
});

test("a lock file without a package is refused by its name", (t) => {
  const folder = temporaryFolder(t);
  put(join(folder, "package-lock.json"), { packages: {} });
  assert.throws(() => plugins(folder), /does not name @pulumi\/docker/);
});

test("the engine that is built is the one that is downloaded", () => {
  const module = readFileSync(join(toolchain, "go", "engine", "go.mod"), "utf8");
  assert.match(module, new RegExp(`pulumi/pkg/v3 v${engineVersion}\\b`));
  assert.match(module, new RegExp(`pulumi/sdk/v3 v${engineVersion}\\b`));
});

test("the engine is not older than the npm package that talks to it", () => {
  const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  const sdk = lock.packages["node_modules/@pulumi/pulumi"].version;
  assert.ok(compareVersions(sdk, engineVersion) <= 0, `@pulumi/pulumi ${sdk}`);
});

test("the newest Go that a module asks for is found", (t) => {
  const folder = temporaryFolder(t);
  put(join(folder, "a", "go.mod"), "module a\n\ngo 1.25.8\n");
  put(join(folder, "b", "go.mod"), "module b\n\ngo 1.9.0\n");
  assert.equal(newestGoOf(folder), "1.25.8");
  assert.ok(compareVersions(newestGoOf(join(toolchain, "go")), oldestGo) > 0);
});
