import assert from "node:assert/strict";
import { dynamicConfig } from "../../configs/patroni/dynamicConfig";
import { renderHaproxyCfg } from "../../configs/haproxy/haproxyCfg";
import { paths } from "../../configs/cluster/paths";
import { renderPatroniYml } from "../../configs/patroni/patroniYml";
import {
  poolUser,
  renderPgbouncerIni,
  renderPgbouncerListen,
  renderUserlist,
} from "../../configs/pgbouncer/pgbouncerIni";
import type { Settings } from "../../configs/settings/schema";
import type { Kind } from "../../configs/cluster/catalogue";
import { anySettings } from "../support/anySettings";
import { TestCertificate } from "../support/certificates";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";
import { namedTopology } from "../support/models";

const count = 25;

describe("any valid settings", function () {
  this.timeout(600_000);
  let certificates: { path: string; content: string; mode: number }[];
  before(async () => {
    const ca = await TestCertificate.authority();
    const own = await ca.sign({ names: ["localhost"] });
    certificates = [
      { path: `${tryOutFolder}/ca.pem`, content: ca.certificate, mode: 0o640 },
      { path: `${tryOutFolder}/identity.pem`, content: own.identity, mode: 0o600 },
      {
        path: `${tryOutFolder}/userlist.txt`,
        content: renderUserlist([{ name: poolUser, password: "secret" }]),
        mode: 0o600,
      },
    ];
  });

  /**
   * Asserts that a program has nothing to say to any of the files.
   * @param check shell command that fails, or prints something, for a file `$file` that is not right
   */
  function assertAccepted(
    program: Exclude<Kind, "keepalived">,
    all: Settings[],
    render: (settings: Settings) => string,
    check: string,
  ): void {
    const files = all.map((settings, i) => ({
      path: `${tryOutFolder}/${i}.conf`,
      content: render(settings).replace(/\/etc\/(haproxy|pgbouncer)\//g, `${tryOutFolder}/`),
      mode: 0o600,
    }));
    const script = `for file in ${tryOutFolder}/*.conf; do
        said=$(${check}) && [ -z "$said" ] || { echo "$file: $said"; cat "$file"; exit 1; }
        echo accepted
      done`;
    const { status, output } = tryOut(
      imageOf(program),
      [...certificates, ...files],
      ["sh", "-c", script],
    );
    assert.equal(status, 0, output);
    assert.equal(output, "accepted\n".repeat(count));
  }

  it("make a file that HAProxy accepts", () => {
    assertAccepted(
      "haproxy",
      anySettings(["haproxy", "tls"], count),
      (settings) => {
        const { members, etcd } = namedTopology(settings);
        return renderHaproxyCfg({
          sessionsPerMember: 90,
          ...settings,
          address: "haproxy1",
          members,
          etcd,
          password: "secret",
          generation: "0123456789abcdef",
        });
      },
      'haproxy -c -f "$file" 2>&1 | grep -v -e NOTICE -e "Configuration file is valid" || true',
    );
  });

  it("make a file that PgBouncer runs with", () => {
    assertAccepted(
      "pgbouncer",
      anySettings(["pgbouncer", "tls"], count),
      (settings) =>
        renderPgbouncerIni({
          ...settings,
          haproxies: ["haproxy1"],
          writePort: 5000,
          readPort: 5001,
          lookupUser: poolUser,
          databases: ["app"],
          generation: "0123456789abcdef",
        }).replace(
          /^%include .*$/m,
          renderPgbouncerListen(settings.pgbouncer, settings.postgres.version),
        ),
      `pgbouncer -q "$file" 2>&1 & pool=$!
       port=$(sed -n 's/^listen_port = //p' "$file")
       until psql -h ${paths.pgSocket} -p "$port" -U ${poolUser} -XqAtwc "SHOW VERSION" pgbouncer; do
         kill -0 $pool || exit 1; sleep 0.05
       done >/dev/null 2>&1
       kill -INT $pool; wait $pool`,
    );
  });

  it("make a file that Patroni accepts", () => {
    // Not quorum: Patroni 4.0 can do it, but its check still takes nothing but a boolean.
    const all = anySettings(["patroni", "postgres", "tls"], 3 * count).filter(
      ({ patroni }) => patroni.synchronousMode !== "quorum",
    );
    assertAccepted(
      "patroni",
      all.slice(0, count),
      (settings) => {
        const { etcd } = namedTopology(settings);
        const password = "secret";
        return renderPatroniYml({
          settings: { ...settings, postgres: { ...settings.postgres, version: 17 } },
          // Patroni tries these out: the loopback address is its own, and nobody listens there.
          member: { name: "patroni1", address: "127.0.0.2" },
          etcd: etcd.map(({ name }, i) => ({ name, address: `10.0.0.${i + 1}` })),
          dynamic: dynamicConfig(settings, { clusterNetworks: ["samenet"], clientNetworks: [] }),
          credentials: {
            superuser: password,
            replication: { name: "replicator", password },
            rewind: { name: "rewind", password },
            restApi: password,
            etcd: { name: "patroni", password },
          },
        });
      },
      'patroni --validate-config "$file" 2>&1',
    );
  });
});
