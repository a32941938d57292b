// @ts-check
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { arch, platform } from "node:process";
import { test } from "node:test";
import { setUpEngine } from "../steps/engine.mjs";
import { downloadEngine } from "../steps/engineDownload.mjs";
import { setUpPlugins } from "../steps/plugins.mjs";
import { engineVersion, plugins } from "../versions.mjs";
import { contextIn, put, putProgram, setEnvironment, temporaryFolder } from "./support.mjs";

/** @typedef {import("node:test").TestContext} Test */

/**
 * A machine with a Pulumi home of its own.
 *
 * @param {Test} t
 */
function machine(t) {
  const folder = temporaryFolder(t);
  const home = join(folder, "pulumi-home");
  setEnvironment(t, { HOME: folder, PULUMI_HOME: home });
  return { folder, home, ...contextIn(t, folder) };
}

/**
 * A web server with one file.
 *
 * @param {Test} t
 * @param {string} path
 * @param {Buffer} content
 */
async function serve(t, path, content) {
  const server = createServer((request, response) => {
    response.writeHead(request.url === path ? 200 : 404);
    response.end(request.url === path ? content : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => server.close());
  return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
}

test("an engine that fits, with its language host, is left alone", async (t) => {
  const { home, context, said } = machine(t);
  putProgram(join(home, "bin", "pulumi"), `echo v${engineVersion}`);
  put(join(home, "bin", "pulumi-language-nodejs"), "");
  await setUpEngine(context);
  assert.deepEqual(said, [`engine       pulumi ${engineVersion}`]);
});

test("the vendor's release is unpacked into the Pulumi home", async (t) => {
  const { folder, home, context } = machine(t);
  put(join(folder, "release", "pulumi", "pulumi"), "the engine");
  put(join(folder, "release", "pulumi", "pulumi-language-nodejs"), "the host");
  const archive = join(folder, "release.tar.gz");
  spawnSync("tar", ["-czf", archive, "-C", join(folder, "release"), "pulumi"]);
  const path = `/releases/sdk/pulumi-v${engineVersion}-${platform}-${arch}.tar.gz`;
  const host = await serve(t, path, readFileSync(archive));

  assert.equal(await downloadEngine(context, host), true);
  assert.deepEqual(readdirSync(join(home, "bin")).sort(), ["pulumi", "pulumi-language-nodejs"]);
  assert.equal(readFileSync(join(home, "bin", "pulumi"), "utf8"), "the engine");
});

test("a release that is not there, or is no archive, is no engine", async (t) => {
  const { context, said } = machine(t);
  assert.equal(await downloadEngine(context, await serve(t, "/other", Buffer.alloc(0))), false);
  assert.match(said.at(-1) ?? "", /answered 404/);

  const path = `/releases/sdk/pulumi-v${engineVersion}-${platform}-${arch}.tar.gz`;
  const host = await serve(t, path, Buffer.from("a login page"));
  assert.equal(await downloadEngine(context, host), false);
  assert.match(said.at(-1) ?? "", /cannot be unpacked/);
});

test("a vendor out of reach costs seconds", async (t) => {
  const { context, said } = machine(t);
  // An address for documentation: packets to it are dropped or refused.
  const start = Date.now();
  assert.equal(await downloadEngine(context, "http://192.0.2.1"), false);
  assert.ok(Date.now() - start < 5_000);
  assert.match(said.at(-1) ?? "", /192\.0\.2\.1 is out of reach/);
});

test("plugins that the engine has whole are left alone", async (t) => {
  const { folder, home, context, said } = machine(t);
  const lock = Object.fromEntries(
    ["docker", "command", "random", "tls"].map((name) => [
      `node_modules/@pulumi/${name}`,
      { version: "1.2.3" },
    ]),
  );
  put(join(folder, "package-lock.json"), { packages: lock });
  for (const { name } of plugins(folder)) {
    put(join(home, "plugins", `resource-${name}-v1.2.3`, `pulumi-resource-${name}`), "");
  }
  const engine = Promise.resolve(false); // must not be needed
  await setUpPlugins(context, engine);
  assert.deepEqual(said, ["plugins      docker 1.2.3, command 1.2.3, random 1.2.3, tls 1.2.3"]);
});
