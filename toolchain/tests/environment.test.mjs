// @ts-check
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { pulumiEnvironment, pulumiHome } from "../environment.mjs";
import { put, temporaryFolder } from "./support.mjs";

test("the Pulumi home is PULUMI_HOME or in the user's home", () => {
  assert.equal(pulumiHome({ PULUMI_HOME: "/elsewhere", HOME: "/home/me" }), "/elsewhere");
  assert.equal(pulumiHome({ HOME: "/home/me" }), "/home/me/.pulumi");
});

test("PATH begins with the Pulumi home only if there is an engine in it", (t) => {
  const home = temporaryFolder(t);
  const env = { HOME: home, PATH: "/usr/bin" };
  assert.equal(pulumiEnvironment(env).PATH, "/usr/bin");

  put(join(home, ".pulumi", "bin", "pulumi"), "");
  const first = pulumiEnvironment(env);
  assert.equal(first.PATH, `${join(home, ".pulumi", "bin")}:/usr/bin`);
  assert.equal(pulumiEnvironment(first).PATH, first.PATH, "not twice");
  assert.equal(env.PATH, "/usr/bin", "the argument is left as it is");
});

test("the update check is off unless asked for", () => {
  assert.equal(pulumiEnvironment({ HOME: "/none" }).PULUMI_SKIP_UPDATE_CHECK, "true");
  const asked = { HOME: "/none", PULUMI_SKIP_UPDATE_CHECK: "false" };
  assert.equal(pulumiEnvironment(asked).PULUMI_SKIP_UPDATE_CHECK, "false");
});

test("the current Docker context becomes DOCKER_HOST", (t) => {
  const home = temporaryFolder(t);
  const id = createHash("sha256").update("colima").digest("hex");
  put(join(home, ".docker", "config.json"), { currentContext: "colima" });
  put(join(home, ".docker", "contexts", "meta", id, "meta.json"), {
    Name: "colima",
    Endpoints: { docker: { Host: "unix:///colima.sock" } },
  });
  assert.equal(pulumiEnvironment({ HOME: home }).DOCKER_HOST, "unix:///colima.sock");
  assert.equal(
    pulumiEnvironment({ HOME: home, DOCKER_HOST: "tcp://host" }).DOCKER_HOST,
    "tcp://host",
  );
  assert.equal(pulumiEnvironment({ HOME: home, DOCKER_CONTEXT: "x" }).DOCKER_HOST, undefined);

  put(join(home, ".docker", "config.json"), { currentContext: "default" });
  assert.equal(pulumiEnvironment({ HOME: home }).DOCKER_HOST, undefined);
  put(join(home, ".docker", "config.json"), "not JSON");
  assert.equal(pulumiEnvironment({ HOME: home }).DOCKER_HOST, undefined);
});
