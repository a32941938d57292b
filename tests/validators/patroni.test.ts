import assert from "node:assert/strict";
import { dynamicConfig } from "../../configs/patroni/dynamicConfig";
import { renderPatroniYml } from "../../configs/patroni/patroniYml";
import type { SettingsInput } from "../../configs/settings/schema";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";
import { addressedTopology, settingsOf } from "../support/models";

const file = `${tryOutFolder}/patroni.yml`;

/** What Patroni says to a configuration. */
function complaints(input: Partial<SettingsInput>, change = (yml: string) => yml): string[] {
  const settings = settingsOf(input);
  const { etcd, members } = addressedTopology(settings);
  const [member] = members;
  assert.ok(member !== undefined);
  const yml = renderPatroniYml({
    settings,
    // Patroni tries these out: the loopback address is its own, and nobody listens there.
    member: { ...member, address: "127.0.0.2" },
    etcd,
    dynamic: dynamicConfig(settings, { clusterNetworks: ["10.0.0.0/24"], clientNetworks: [] }),
    credentials: {
      superuser: "s'\"",
      replication: { name: "replicator", password: "on" },
      rewind: { name: "rewind_b", password: "12:30" },
      restApi: "a: b # c",
      etcd: { name: "patroni_b", password: "0x1F" },
    },
  });
  const { output } = tryOut(
    imageOf("patroni"),
    [{ path: file, content: change(yml), mode: 0o600 }],
    ["patroni", "--validate-config", file],
  );
  return output.split("\n").filter((line) => line !== "");
}

describe("Patroni itself", function () {
  this.timeout(600_000);
  before(() => imageOf("patroni"));

  it("accepts its file with defaults", () => {
    assert.deepEqual(complaints({}), []);
  });

  it("accepts its file with every setting", () => {
    const input: Partial<SettingsInput> = {
      // Not quorum: Patroni 4.0 can do it, but its check still takes nothing but a boolean.
      patroni: { synchronousMode: "on", synchronousModeStrict: true, failsafeMode: false },
      postgres: {
        parameters: { work_mem: "8MB", log_min_duration_statement: 500, autovacuum: true },
        hba: ["hostssl all all 0.0.0.0/0 scram-sha-256"],
        initdb: { lcCtype: "C", lcCollate: "C", walSegmentMegabytes: 64 },
        basebackup: { maxRateMegabytesPerSecond: 100, checkpoint: "spread" },
        callbacks: { onStart: "/bin/true", onRoleChange: "/bin/true" },
        tags: { patroni1: { nofailover: true, nosync: true, clonefrom: true } },
      },
    };
    assert.deepEqual(complaints(input), []);
  });

  it("would complain: the check is a check", () => {
    const broken = complaints({}, (yml) => yml.replace(/ttl: \d+/, "ttl: 5"));
    assert.ok(
      broken.some((line) => line.includes("ttl")),
      broken.join("\n"),
    );
  });
});
