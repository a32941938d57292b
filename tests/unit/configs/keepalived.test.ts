import assert from "node:assert/strict";
import { renderKeepalivedConf } from "../../../configs/keepalived/keepalivedConf";
import type { SettingsInput } from "../../../configs/settings/schema";
import { assertGolden } from "../../support/golden";
import { addressedTopology, vmSettingsOf } from "../../support/models";

/** The configuration of the first of three. */
function rendered(input: Partial<SettingsInput> = {}, index = 0): string {
  const settings = vmSettingsOf({
    ...input,
    keepalived: { virtualAddress: "10.0.0.100", ...input.keepalived },
  });
  const { keepaliveds } = addressedTopology(settings);
  const self = keepaliveds[index];
  assert.ok(self !== undefined);
  return renderKeepalivedConf({
    keepalived: settings.keepalived,
    virtualAddress: settings.keepalived.virtualAddress ?? "",
    self,
    peers: keepaliveds.filter((one) => one !== self),
    interfaceName: settings.keepalived.interface ?? "ens3",
    statsPort: settings.haproxy.statsPort,
    withoutPrimarySeconds: 30,
    password: "s3cr3tpw",
    generation: "0123456789abcdef",
  });
}

describe("keepalived.conf", () => {
  it("is as expected", () => {
    assertGolden("keepalived.conf", rendered());
  });

  it("has the stack file's address, network, interface, number and port", () => {
    const conf = rendered({
      haproxy: { statsPort: 18404 },
      keepalived: {
        virtualAddress: "192.0.2.10",
        prefixLength: 24,
        interface: "bond0.20",
        routerId: 77,
      },
    });
    for (const line of [
      "    192.0.2.10/24 dev bond0.20",
      "  interface bond0.20",
      "  virtual_router_id 77",
    ]) {
      assert.ok(conf.split("\n").includes(line), line);
    }
    assert.match(conf, /https:\/\/127\.0\.0\.1:18404\/livez/);
  });

  it("tells every host of all the others, and of itself apart", () => {
    for (const [index, own, others] of [
      [0, "10.0.0.1", ["10.0.0.2", "10.0.0.3"]],
      [2, "10.0.0.3", ["10.0.0.1", "10.0.0.2"]],
    ] as const) {
      const conf = rendered({}, index);
      assert.match(conf, new RegExp(`unicast_src_ip ${own}$`, "m"));
      const [, peers = ""] = /unicast_peer \{\n([^}]*)\}/.exec(conf) ?? [];
      assert.deepEqual(peers.trim().split(/\s+/), others);
    }
  });

  it("leaves a host without HAProxy at once, and one that sees no primary later than a failover takes", () => {
    const checks = [...rendered().matchAll(/^vrrp_script (\w+) \{([^}]*)\}/gm)].map(
      ([, name = "", text = ""]) => {
        const [, path] = /:8404\/(\w+)"/.exec(text) ?? [];
        const numbers = ["fall", "weight"].map((key) =>
          Number(new RegExp(` ${key} (.*)`).exec(text)?.[1]),
        );
        return [name, path, ...numbers];
      },
    );
    assert.deepEqual(checks, [
      ["haproxy", "livez", 2, -50],
      ["primary", "healthz", 30, -20],
    ]);
  });

  it("gives all hosts the same rank: an address does not go back when a host does", () => {
    const ranks = [0, 1, 2].map((index) => /priority .*/.exec(rendered({}, index))?.[0]);
    assert.deepEqual(ranks, ["priority 100", "priority 100", "priority 100"]);
  });
});
