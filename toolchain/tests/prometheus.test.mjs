// @ts-check
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { putProgram, setEnvironment, temporaryFolder } from "./support.mjs";

/**
 * A new load of the step, which looks once, on a machine on which only the given programs are.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} scripts Shell scripts by name.
 */
async function stepOn(t, scripts) {
  const folder = temporaryFolder(t);
  for (const [name, body] of Object.entries(scripts)) putProgram(join(folder, "bin", name), body);
  setEnvironment(t, {
    PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
    PULUMI_HOME: join(folder, "pulumi"),
  });
  const { setUpPrometheus } = await import(`../steps/prometheus.mjs?${folder}`);
  return { folder, setUpPrometheus };
}

test("a Prometheus on PATH is taken", async (t) => {
  const { folder, setUpPrometheus } = await stepOn(t, {
    prometheus: "exit 0",
    promtool: "exit 0",
    "apt-get": "exit 1",
  });
  assert.deepEqual(await setUpPrometheus(), { promtool: "promtool", prometheus: "prometheus" });
  assert.equal(existsSync(join(folder, "pulumi")), false);
});

/** Says that a program is there, in the folder that `dpkg-deb -x FILE FOLDER` unpacks into. */
const unpacks = (/** @type {string} */ names) => `mkdir -p "$3/usr/bin"
for name in ${names}; do
  printf '#!/bin/sh\\n' >"$3/usr/bin/$name"
  chmod 755 "$3/usr/bin/$name"
done`;

for (const [release, scripts] of Object.entries({
  "that has one package": {
    "apt-get": '[ "$*" = "download -q prometheus" ] && touch prometheus_1_amd64.deb',
    "dpkg-deb": unpacks("prometheus promtool"),
  },
  "that has two": {
    "apt-get":
      '[ "$*" = "download -q prometheus promtool" ] && touch prometheus_1.deb promtool_1.deb',
    "dpkg-deb": `name=$(basename "$2" _1.deb)\n${unpacks('"$name"')}`,
  },
}))
  test(`Debian's packages are unpacked, and not installed, on a release ${release}`, async (t) => {
    const { folder, setUpPrometheus } = await stepOn(t, {
      prometheus: "exit 1",
      promtool: "exit 1",
      ...scripts,
    });
    const own = join(folder, "pulumi", "hapg-prometheus");
    assert.deepEqual(await setUpPrometheus(), {
      promtool: join(own, "promtool"),
      prometheus: join(own, "prometheus"),
    });
    assert.deepEqual(readdirSync(own).sort(), ["prometheus", "promtool"]);
  });

test("what to do is said where the package cannot be had", async (t) => {
  const { setUpPrometheus } = await stepOn(t, {
    prometheus: "exit 1",
    promtool: "exit 1",
    "apt-get": "echo no such package >&2; exit 100",
  });
  await assert.rejects(setUpPrometheus(), (/** @type {any} */ error) => {
    assert.match(error.message, /need Prometheus/);
    assert.match(error.advice, /packages prometheus/);
    assert.equal(error.details, "no such package\n");
    return true;
  });
});
