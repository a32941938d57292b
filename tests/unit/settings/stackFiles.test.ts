import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { planOf } from "../../../configs/cluster/plan";
import { violationsOf } from "../../../configs/policies/policies";
import { parseSettings } from "../../../configs/settings/parse";
import type { Settings } from "../../../configs/settings/schema";

/** The settings of a stack file of the project. */
function settingsOf(file: string): Settings {
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const own = Object.entries(config).map(([key, value]) => [key.replace(/^hapg:/, ""), value]);
  return parseSettings({ clusterName: "test", ...(Object.fromEntries(own) as object) });
}

describe("the project's stack files", () => {
  const files = readdirSync(".").filter((file) => /^Pulumi\..+\.yaml$/.test(file));

  it("are those of the three environments", () => {
    assert.deepEqual(files.sort(), ["Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml"]);
  });

  for (const file of files) {
    it(`${file} is valid`, () => {
      assert.equal(settingsOf(file).clusterName, "test");
    });
  }

  it("meet all policies that they refuse to break", () => {
    for (const file of files) {
      const refused = violationsOf(settingsOf(file)).filter(
        ({ severity }) => severity === "refuse",
      );
      assert.deepEqual(refused, [], file);
    }
  });

  it("protect production's data and let its commits wait for a standby", () => {
    const { protect, patroni } = settingsOf("Pulumi.prod.yaml");
    assert.deepEqual([protect, patroni.synchronousMode], [true, "on"]);
  });

  it("let production survive the loss of any host or zone, and be reached by clients", () => {
    const settings = settingsOf("Pulumi.prod.yaml");
    const plan = planOf(settings);
    for (const kind of ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"]) {
      const places = plan.filter((one) => one.kind === kind).map(({ host = "" }) => host);
      const zones = places.map((host) => settings.vm.hosts[host]?.zone);
      assert.equal(new Set(places).size, 3, kind);
      assert.equal(new Set(zones).size, 3, kind);
    }
    assert.notEqual(settings.keepalived.virtualAddress, undefined);
    assert.notDeepEqual(settings.vm.clientNetworks, []);
  });

  it("are encrypted by nobody's passphrase: that of whoever runs them would be refused", () => {
    for (const file of files)
      assert.doesNotMatch(
        execFileSync("git", ["show", `HEAD:${file}`], { encoding: "utf8" }),
        /^encryptionsalt:/m,
        file,
      );
  });
});
