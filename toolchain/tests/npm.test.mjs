// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { areInstalled, setUpNpm } from "../steps/npm.mjs";
import { contextIn, put, putProgram, setEnvironment, temporaryFolder } from "./support.mjs";

const lock = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/fits-elsewhere": { version: "2.0.0", optional: true },
  },
};

/**
 * A project with that lock file.
 *
 * @param {import("node:test").TestContext} t
 * @param {object | undefined} installed Packages in node_modules.
 */
function projectWith(t, installed) {
  const folder = temporaryFolder(t);
  put(join(folder, "package-lock.json"), lock);
  if (installed !== undefined) {
    put(join(folder, "node_modules", ".package-lock.json"), { packages: installed });
  }
  return folder;
}

test("packages are compared with the lock file by content", (t) => {
  const a = { version: "1.0.0" };
  assert.equal(areInstalled(projectWith(t, { "node_modules/a": a })), true);
  assert.equal(areInstalled(projectWith(t, undefined)), false, "no node_modules");
  assert.equal(areInstalled(projectWith(t, {})), false, "one is missing");
  const old = { "node_modules/a": { version: "0.9.0" } };
  assert.equal(areInstalled(projectWith(t, old)), false, "one is older");
  const other = { "node_modules/a": a, "node_modules/fits-elsewhere": { version: "1.0.0" } };
  assert.equal(areInstalled(projectWith(t, other)), false, "an optional one is older");
});

test("npm ci runs only if it has to", async (t) => {
  const folder = projectWith(t, { "node_modules/a": { version: "1.0.0" } });
  setEnvironment(t, { PATH: join(folder, "bin") });
  const { context, said } = contextIn(t, folder);
  await setUpNpm(context); // there is no npm: it would fail
  assert.deepEqual(said, ["npm          packages are as package-lock.json says"]);
});

test("a failing npm ci shows the end of its log", async (t) => {
  const folder = projectWith(t, undefined);
  putProgram(join(folder, "bin", "npm"), 'echo "$@"; echo "no such host"; exit 1');
  setEnvironment(t, { PATH: `${join(folder, "bin")}:${process.env.PATH}` });
  await assert.rejects(setUpNpm(contextIn(t, folder).context), {
    message: "npm ci failed",
    details: "ci --include=dev --no-audit --no-fund\nno such host",
  });
});
