import assert from "node:assert/strict";
import { renderHaproxyCfg } from "../../configs/haproxy/haproxyCfg";
import type { SettingsInput } from "../../configs/settings/schema";
import { paths } from "../../configs/cluster/paths";
import { TestCertificate } from "../support/certificates";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";
import { addressedTopology, namedTopology, settingsOf } from "../support/models";

describe("HAProxy itself", function () {
  this.timeout(600_000);
  let ca: TestCertificate;
  let own: TestCertificate;
  before(async () => {
    imageOf("haproxy");
    ca = await TestCertificate.authority();
    own = await ca.sign({ names: ["haproxy1"] });
  });

  const cases: Record<string, Partial<SettingsInput>> = {
    defaults: {},
    "one member": { postgres: { members: 1 } },
    "nine members": { postgres: { members: 9 } },
    "every setting": {
      tls: { minimumVersion: "1.3" },
      haproxy: {
        readBalance: "source",
        queueTimeoutSeconds: 3600,
        readFrom: "all",
        maximumReadLagMegabytes: 0,
        maxConnections: 100,
        checkIntervalMilliseconds: 60000,
        checkFall: 10,
        checkRise: 10,
        connectTimeoutMilliseconds: 60000,
        checkTimeoutMilliseconds: 60000,
        clientTimeoutSeconds: 604800,
        reloadGraceSeconds: 604800,
        extraLines: {
          global: ["tune.bufsize 32768"],
          defaults: ["option tcp-smart-accept"],
          write: ["tcp-request connection reject if { src 192.0.2.0/24 }"],
          read: ["maxconn 300"],
          primary: ["option log-health-checks"],
          standbys: ["fullconn 100"],
        },
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
        const { members, etcd } = topologyOf(settings);
        const { haproxy, tls } = settings;
        const rendered = renderHaproxyCfg({
          sessionsPerMember: 90,
          haproxy,
          address: "haproxy1",
          members,
          etcd,
          tls,
          password: "s3cr3t",
          generation: "0123456789abcdef",
        });
        const file = (name: string, content: string) => ({
          path: `${tryOutFolder}/${name}`,
          content,
          mode: 0o600,
        });
        const { status, output } = tryOut(
          imageOf("haproxy"),
          [
            file("haproxy.cfg", rendered.replaceAll(`${paths.haproxyConfig}/`, `${tryOutFolder}/`)),
            file("ca.pem", ca.certificate),
            file("identity.pem", own.identity),
          ],
          ["haproxy", "-c", "-f", `${tryOutFolder}/haproxy.cfg`],
        );
        assert.equal(status, 0, output);
        assert.doesNotMatch(output, /WARNING|ALERT/);
      });
    }
  }
});
