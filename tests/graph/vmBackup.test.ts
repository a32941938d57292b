import assert from "node:assert/strict";
import { assertGolden } from "../support/golden";
import { threeHosts } from "../support/models";
import type { Recorder } from "../support/mocks";
import { callOf, fileOf, filesOf, nameOf, recordCluster, stateOf } from "../support/vmGraph";

const hosts = { ...threeHosts, store: { address: "10.0.0.9", services: ["repository1"] } };
const withBackups = { backup: { enabled: true }, vm: { hosts, firewall: true } };

describe("backups on hosts", () => {
  let recorder: Recorder;
  let without: Recorder;
  before(async () => {
    recorder = await recordCluster(withBackups);
    without = await recordCluster({ vm: { hosts: threeHosts, firewall: true } });
  });

  it("are units of their own: the repository on its host, and one beside each member", () => {
    for (const [service, unit] of [
      ["repository1", "hapg-repository.service"],
      ["backup2", "hapg-backup.service"],
    ] as const) {
      const file = fileOf(stateOf(recorder, service), `/etc/systemd/system/${unit}`);
      assertGolden(unit, file ?? "");
    }
  });

  it("have nothing of that without", () => {
    const names = without.resources.map(nameOf).filter((name) => /backup|repos|archive/.test(name));
    assert.deepEqual(names, []);
  });

  it("change no file of a member that makes it restart", () => {
    const restarting = (from: Recorder) =>
      filesOf(stateOf(from, "patroni2")).filter(({ kind }) => kind === "restart");
    assert.deepEqual(restarting(recorder), restarting(without));
  });

  it("do not make a member wait for the repository, unless a restore founds it", async () => {
    const repository = (from: Recorder) => stateOf(from, "repository1").urn;
    const before = (from: Recorder) => from.before(stateOf(from, "patroni1"));
    assert.ok(!before(recorder).has(repository(recorder)));
    const restored = await recordCluster({ ...withBackups, restore: { id: "first" } });
    assert.ok(before(restored).has(repository(restored)));
  });

  it("install pgBackRest where it runs, and PostgreSQL for rehearsals beside the repository", () => {
    assert.deepEqual(callOf(stateOf(recorder, "repository1"), "install_packages"), [
      ...["install_packages", "hapg-repository.service", "pgbackrest", "python3"],
      ...["postgresql-17", "postgresql-client-17"],
    ]);
    assert.deepEqual(callOf(stateOf(recorder, "backup1"), "install_packages"), [
      ...["install_packages", "hapg-backup.service", "pgbackrest"],
    ]);
    const onStore = filesOf(stateOf(recorder, "store")).map(({ path }) => path);
    assert.ok(onStore.includes("/etc/postgresql-common/createcluster.conf"), onStore.join("\n"));
  });

  it("have the repository's directory belong to its user, and no other one", () => {
    assert.deepEqual(callOf(stateOf(recorder, "repository1"), "take_data"), [
      ...["take_data", "/var/lib/pgbackrest", "postgres"],
    ]);
    for (const service of ["backup1", "patroni1"])
      assert.deepEqual(callOf(stateOf(recorder, service), "take_data"), [""]);
  });

  it("are closed to all but the cluster's hosts", () => {
    const rules = (host: string) => fileOf(stateOf(recorder, host), "/etc/hapg/firewall.nft") ?? "";
    assert.match(rules("store"), /ip saddr \{ [^}]*10\.0\.0\.9 \} accept/);
    assert.match(rules("store"), /tcp dport \{ 8432 \} drop/);
    assert.match(rules("db1"), /tcp dport \{ [^}]*8433[^}]* \} drop/);
  });

  it("reach hosts by their addresses", () => {
    const member = fileOf(stateOf(recorder, "patroni1"), "/etc/patroni/pgbackrest.conf") ?? "";
    assert.match(member, /^repo1-host=10\.0\.0\.9$/m);
    const plan = fileOf(stateOf(recorder, "repository1"), "/etc/hapg-repository/plan.json") ?? "";
    assert.match(plan, /"PGBACKREST_PG3_HOST": "10\.0\.0\.3"/);
  });
});
