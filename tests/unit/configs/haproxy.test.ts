import assert from "node:assert/strict";
import { renderHaproxyCfg } from "../../../configs/haproxy/haproxyCfg";
import type { SettingsInput } from "../../../configs/settings/schema";
import { assertGolden } from "../../support/golden";
import { addressedTopology, namedTopology, settingsOf } from "../../support/models";

const rendered = (input: Partial<SettingsInput> = {}, topologyOf = namedTopology) => {
  const settings = settingsOf(input);
  const { haproxy, tls } = settings;
  const { members, haproxies, etcd } = topologyOf(settings);
  const address = haproxies[0]?.address ?? "";
  return renderHaproxyCfg({
    sessionsPerMember: 90,
    haproxy,
    address,
    members,
    etcd,
    tls,
    password: "s3cr3t",
    generation: "0123456789abcdef",
  });
};

describe("haproxy.cfg", () => {
  it("is as expected with defaults", () => {
    assertGolden("haproxy.cfg", rendered());
  });

  it("is as expected with everything set and members known by address", () => {
    const input: Partial<SettingsInput> = {
      postgres: { members: 2 },
      tls: { minimumVersion: "1.3" },
      haproxy: {
        writePort: 15000,
        readPort: 15001,
        statsPort: 18404,
        restApiPort: 18009,
        readBalance: "source",
        queueTimeoutSeconds: 30,
        readFrom: "all",
        maximumReadLagMegabytes: 100,
        maxConnections: 500,
        checkIntervalMilliseconds: 4000,
        checkFall: 3,
        checkRise: 2,
        connectTimeoutMilliseconds: 5000,
        checkTimeoutMilliseconds: 4500,
        clientTimeoutSeconds: 30,
        reloadGraceSeconds: 3600,
        extraLines: {
          global: ["tune.bufsize 32768"],
          defaults: ["option tcp-smart-accept"],
          write: ["tcp-request connection reject if { src 192.0.2.0/24 }"],
          read: ["maxconn 300"],
          primary: ["option log-health-checks"],
          standbys: ["fullconn 100"],
        },
      },
    };
    assertGolden("haproxy-addresses.cfg", rendered(input, addressedTopology));
  });

  it("takes its host for alive by members of other hosts only, where one runs on its own", () => {
    const proofs = (text: string) =>
      [...text.matchAll(/path \/livez } { srv_is_up\(primary\/(\w+)\)/g)].map(([, name]) => name);
    assert.deepEqual(proofs(rendered()), ["patroni1", "patroni2", "patroni3"]);
    assert.deepEqual(proofs(rendered({}, addressedTopology)), ["patroni2", "patroni3"]);
  });

  it("has no resolver where no name is to be resolved", () => {
    assert.doesNotMatch(rendered({}, addressedTopology), /resolve/);
  });

  it("never makes a client of a missing primary wait long", () => {
    for (const checkIntervalMilliseconds of [100, 1000, 60000]) {
      const delay = /inspect-delay (\d+)ms/.exec(
        rendered({ haproxy: { checkIntervalMilliseconds } }),
      )?.[1];
      assert.ok(Number(delay) >= 200 && Number(delay) <= 3000, delay);
    }
  });

  it("passes on the metrics of a member from that member only, even if it is down", () => {
    const backends = rendered()
      .split(/^(?=backend )/m)
      .filter((section) => section.startsWith("backend metrics-"));
    assert.equal(backends.length, 6);
    for (const backend of backends) {
      const [, name = ""] = /^backend metrics-(\w+)/.exec(backend) ?? [];
      const servers = [...backend.matchAll(/^ +server (\w+) .* verifyhost (\w+)/gm)];
      assert.deepEqual(
        servers.map(([, ...words]) => words),
        [[name, name]],
      );
    }
  });
});
