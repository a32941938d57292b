import assert from "node:assert/strict";
import { dockerCluster } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { threeHosts } from "../support/models";
import { plain, record, type Recorded, type Recorder } from "../support/mocks";
import { unpacked } from "../support/unpacked";
import { callOf, fileOf, filesOf, nameOf, recordCluster, stateOf } from "../support/vmGraph";

const containerType = "docker:index/container:Container";

interface Plan {
  port: number;
  clients: string[];
  endpoints: { name: string; action: string; conninfo: string }[];
}

describe("the probe on Docker", () => {
  let recorder: Recorder;
  let without: Recorder;
  before(async () => {
    without = await record(() => dockerCluster());
    recorder = await record(() => dockerCluster({ monitoring: { probe: true } }));
  });
  const containers = (from: Recorder): Recorded[] => from.ofType(containerType);
  const scripts = (from: Recorder): string =>
    from
      .ofType("command:local:Command")
      .map(({ inputs }) => (typeof inputs.stdin === "string" ? inputs.stdin : ""))
      .join("\n");

  it("is one container more, and changes no other", () => {
    const known = new Map(containers(without).map((one) => [one.name, one.inputs]));
    const more = containers(recorder).filter(({ name }) => !known.has(name));
    assert.deepEqual(more.map(nameOf), ["test-probe1"]);
    for (const { name, inputs } of containers(recorder))
      if (known.has(name)) assert.deepEqual(inputs, known.get(name), name);
    assert.deepEqual(more[0]?.inputs.ports, []);
  });

  it("is nowhere without the setting", () => {
    assert.deepEqual(
      without.resources.map(nameOf).filter((name) => name.includes("probe")),
      [],
    );
    assert.doesNotMatch(scripts(without), /hapg_probe/);
  });

  it("uses the endpoints of clients, as the monitor and with TLS", () => {
    const files = unpacked(String(plain(recorder.named("test-probe1-files").inputs.stdin)));
    const plan = JSON.parse(/^\{\n {2}"port"[^]*?^\}$/m.exec(files)?.[0] ?? "") as Plan;
    assert.deepEqual(plan.clients, ["haproxy1", "probe1"]);
    const words = plan.endpoints.map(({ name, action, conninfo }) => [
      ...[name, action],
      ...(/^(host=\S+ port=\d+) dbname=postgres user=monitor /.exec(conninfo)?.slice(1) ?? []),
    ]);
    assert.deepEqual(words, [
      ["write", "write", "host=haproxy1 port=5000"],
      ["read", "read", "host=haproxy1 port=5001"],
      ["pool", "write", "host=pgbouncer1 port=6432"],
    ]);
    for (const { conninfo } of plan.endpoints) assert.match(conninfo, /sslmode=verify-full/);
  });

  it("raises the monitor's limit of connections by what it uses", () => {
    const limitIn = (from: Recorder) =>
      /ALTER ROLE "?monitor"?[^;]*CONNECTION LIMIT (\d+)/.exec(
        from.resources.map(({ inputs }) => unpacked(String(plain(inputs.stdin)))).join("\n"),
      )?.[1];
    assert.deepEqual([limitIn(without), limitIn(recorder)], ["10", "13"]);
  });
});

describe("the probe on hosts", () => {
  const vm = { hosts: threeHosts, firewall: true };
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster({ vm, monitoring: { probe: true } });
  });

  it("is a unit of its own beside each HAProxy", () => {
    for (const i of ["1", "2", "3"]) {
      const service = stateOf(recorder, `probe${i}`);
      const plan = fileOf(service, "/etc/hapg-probe/probe.json") ?? "";
      assert.match(plan, new RegExp(`host=10\\.0\\.0\\.${i} port=5000`));
      assert.match(plan, new RegExp(`host=10\\.0\\.0\\.${i} port=6432`));
    }
    const unit = "/etc/systemd/system/hapg-probe.service";
    assertGolden("hapg-probe.service", fileOf(stateOf(recorder, "probe1"), unit) ?? "");
    assert.deepEqual(callOf(stateOf(recorder, "probe2"), "install_packages"), [
      ...["install_packages", "hapg-probe.service", "python3", "python3-psycopg2", "curl"],
    ]);
  });

  it("makes no other service restart", async () => {
    const without = await recordCluster({ vm });
    for (const service of ["etcd1", "patroni2", "haproxy1", "pgbouncer3"]) {
      const restarting = (from: Recorder) =>
        filesOf(stateOf(from, service)).filter(({ kind }) => kind === "restart");
      assert.deepEqual(restarting(recorder), restarting(without), service);
    }
  });
});
