import assert from "node:assert/strict";
import { type PolicyId, violationsOf, violationText } from "../../../configs/policies/policies";
import { isPrivate } from "../../../configs/policies/privateAddress";
import { policiesSettings } from "../../../configs/settings/policies";
import type { SettingsInput } from "../../../configs/settings/schema";
import { settingsOf, vmInput } from "../../support/models";

type Input = Partial<SettingsInput>;

const host = (number: number, zone: string, ...services: string[]) => ({
  address: `10.0.0.${number}`,
  zone,
  services,
});
const inZones = (zones: [string, string, string]): Input =>
  vmInput({
    vm: {
      hosts: Object.fromEntries(
        zones.map((zone, i) => {
          const kinds = ["etcd", "patroni", "haproxy", "pgbouncer"];
          return [`db${i + 1}`, host(i + 1, zone, ...kinds.map((kind) => `${kind}${i + 1}`))];
        }),
      ),
    },
  });
const oneRoute = (services: string[][], more: Input = {}): Input =>
  vmInput({
    ...more,
    haproxy: { instances: 1 },
    pgbouncer: { instances: 1 },
    vm: {
      hosts: Object.fromEntries(
        services.map((all, i) => [`db${i + 1}`, { address: `10.0.0.${i + 1}`, services: all }]),
      ),
    },
  });
const three = [
  ["etcd1", "patroni1", "haproxy1", "pgbouncer1"],
  ["etcd2", "patroni2"],
  ["etcd3", "patroni3"],
];
const pinned = Object.fromEntries(
  ["etcd-server", "patroni", "postgresql-17", "haproxy", "pgbouncer"].map((name) => [name, "1-1"]),
);

/** For each policy, settings that meet it and settings that do not, with what is said of them. */
const cases: Record<PolicyId, { met: Input[]; unmet: [Input, RegExp][] }> = {
  synchronousReplication: {
    met: [{ patroni: { synchronousMode: "on" } }, { patroni: { synchronousMode: "quorum" } }],
    unmet: [[{}, /acknowledged commits; set patroni\.synchronousMode/]],
  },
  separateHosts: {
    met: [vmInput()],
    unmet: [
      [{}, /all services run on one Engine/],
      [
        oneRoute([["etcd1", "patroni1", "haproxy1", "pgbouncer1"]], {
          etcd: { members: 1 },
          postgres: { members: 1 },
        }),
        /etcd\.members is 1; set it to 3 or 5/,
      ],
    ],
  },
  separateZones: {
    met: [inZones(["a", "b", "c"])],
    unmet: [
      [{}, /Docker has no zones/],
      [vmInput(), /no zone: db1, db2, db3/],
      [inZones(["a", "a", "a"]), /zone a has half of etcd's members or more/],
    ],
  },
  twoRoutes: {
    met: [vmInput({ keepalived: { virtualAddress: "10.0.0.100" } })],
    unmet: [
      [vmInput(), /set keepalived\.virtualAddress/],
      [{}, /haproxy\.instances is 1/],
    ],
  },
  backups: {
    met: [{ backup: { enabled: true } }],
    unmet: [[{}, /there are no backups/]],
  },
  backupsApart: {
    met: [oneRoute([...three, ["repository1"]], { backup: { enabled: true } })],
    unmet: [
      [{}, /there are no backups/],
      [{ backup: { enabled: true } }, /on the members' Engine/],
      [
        oneRoute([[...(three[0] ?? []), "repository1"], ...three.slice(1)], {
          backup: { enabled: true },
        }),
        /db1 has a member and the repository/,
      ],
    ],
  },
  protection: { met: [{ protect: true }], unmet: [[{}, /set protect/]] },
  closedPorts: {
    met: [
      {},
      { docker: { publishAddress: "192.168.4.2" } },
      { ...vmInput(), vm: { ...vmInput().vm, firewall: true } },
    ],
    unmet: [
      [vmInput(), /set vm\.firewall/],
      [{ docker: { publishAddress: "0.0.0.0", advertiseAddress: "db" } }, /is 0\.0\.0\.0/],
      [{ docker: { publishAddress: "203.0.113.9" } }, /choose a private address/],
    ],
  },
  encryptedClients: {
    met: [{}],
    unmet: [[{ tls: { clients: "allowed" } }, /set it to required/]],
  },
  newestTls: { met: [{ tls: { minimumVersion: "1.3" } }], unmet: [[{}, /set it to 1\.3/]] },
  pinnedVersions: {
    met: [
      { docker: { baseImage: `debian@sha256:${"0".repeat(64)}` } },
      { ...vmInput(), vm: { ...vmInput().vm, versions: pinned } },
    ],
    unmet: [
      [{}, /docker\.baseImage is debian:trixie-slim/],
      [vmInput(), /does not have etcd-server, patroni, postgresql-17, haproxy, pgbouncer/],
    ],
  },
  noPlainTrust: {
    met: [{ postgres: { hba: ["hostssl all all 10.0.0.0/8 scram-sha-256"] } }],
    unmet: [[{ postgres: { hba: ["hostssl all all 10.0.0.0/8 trust"] } }, /asks for no password/]],
  },
};

describe("policies", () => {
  const found = (policy: PolicyId, input: Input) =>
    violationsOf(settingsOf({ ...input, policies: { [policy]: "refuse" } }));

  it("are all tested both ways", () => {
    const { shape } = policiesSettings.unwrap();
    assert.deepEqual(Object.keys(cases), Object.keys(shape));
    for (const { met, unmet } of Object.values(cases))
      assert.ok(met.length > 0 && unmet.length > 0);
  });

  for (const [policy, { met, unmet }] of Object.entries(cases) as [
    PolicyId,
    (typeof cases)[PolicyId],
  ][]) {
    it(`have ${policy}, which is met`, () => {
      for (const input of met) assert.deepEqual(found(policy, input), []);
    });

    it(`have ${policy}, which is not met, with what to change`, () => {
      for (const [input, expected] of unmet) {
        const texts = found(policy, input).map(violationText);
        assert.ok(texts.length > 0, `${policy}: nothing is found`);
        assert.match(texts.join("\n"), expected);
        assert.ok(texts.every((text) => text.startsWith(`policies.${policy}: `)));
      }
    });
  }

  it("ask for nothing unless a stack file asks for it", () => {
    assert.deepEqual(violationsOf(settingsOf({})), []);
  });

  it("have a severity each", () => {
    const policies = { backups: "warn", protection: "refuse" } as const;
    const severities = violationsOf(settingsOf({ policies })).map(({ severity }) => severity);
    assert.deepEqual(severities, ["warn", "refuse"]);
  });
});

describe("an address", () => {
  it("is private in networks that the Internet does not reach", () => {
    for (const address of ["10.1.2.3", "172.31.0.1", "192.168.0.1", "127.0.0.1", "fd00::1", "::1"])
      assert.ok(isPrivate(address), address);
    for (const address of ["0.0.0.0", "172.32.0.1", "8.8.8.8", "2001:db8::1", "::"])
      assert.ok(!isPrivate(address), address);
  });
});
