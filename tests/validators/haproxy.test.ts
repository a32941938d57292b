import assert from "node:assert/strict";
import { renderHaproxyCfg } from "../../configs/haproxyCfg";
import type { SettingsInput } from "../../configs/settings/schema";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";
import { addressedTopology, namedTopology, settingsOf } from "../support/models";

describe("HAProxy itself", function () {
  this.timeout(600_000);
  before(() => imageOf("haproxy"));

  const cases: Record<string, Partial<SettingsInput>> = {
    defaults: {},
    "one member": { postgres: { members: 1 } },
    "nine members": { postgres: { members: 9 } },
    "every setting": {
      haproxy: {
        readBalance: "roundrobin",
        readFrom: "all",
        maximumReadLagMegabytes: 0,
        maxConnections: 100,
        checkIntervalMilliseconds: 60000,
        checkFall: 10,
        checkRise: 10,
        connectTimeoutSeconds: 60,
        clientTimeoutMinutes: 10080,
      },
    },
  };
  for (const [name, input] of Object.entries(cases)) {
    for (const [known, topologyOf] of [
      ["name", namedTopology],
      ["address", addressedTopology],
    ] as const) {
      it(`accepts its file with ${name} and members known by ${known}, without a warning`, () => {
        const settings = settingsOf(input);
        const { members } = topologyOf(settings);
        const content = renderHaproxyCfg({ haproxy: settings.haproxy, members });
        const { status, output } = tryOut(
          imageOf("haproxy"),
          [{ path: `${tryOutFolder}/haproxy.cfg`, content, mode: 0o640 }],
          ["haproxy", "-c", "-f", `${tryOutFolder}/haproxy.cfg`],
        );
        assert.equal(status, 0, output);
        assert.doesNotMatch(output, /WARNING|ALERT/);
      });
    }
  }
});
