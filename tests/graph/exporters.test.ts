import assert from "node:assert/strict";
import { dockerCluster } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import { threeHosts } from "../support/models";
import { isSecret, plain, record, type Recorded, type Recorder } from "../support/mocks";
import { unpacked } from "../support/unpacked";
import { callOf, fileOf, filesOf, nameOf, recordCluster, stateOf } from "../support/vmGraph";

const containerType = "docker:index/container:Container";
const others = ["etcd1", "patroni1", "patroni2", "patroni3", "haproxy1", "pgbouncer1"];
const exporters = [1, 2, 3].map((i) => `postgresexporter${i}`).concat("pgbouncerexporter1");

/** What the tests' engine generates as the monitor's password. */
const password = "GENERATED-cluster-credentials-monitor";

describe("exporters on Docker", () => {
  let recorder: Recorder;
  let without: Recorder;
  before(async () => {
    without = await record(() => dockerCluster());
    recorder = await record(() => dockerCluster({ monitoring: { exporters: true } }));
  });
  const container = (from: Recorder, name: string): Recorded => {
    const found = from.ofType(containerType).find((one) => one.name === `test-${name}`);
    assert.ok(found, name);
    return found;
  };
  const filesIn = (from: Recorder, name: string): string =>
    unpacked(String(plain(from.named(`test-${name}-files`).inputs.stdin)));

  it("are containers of their own, of an image of their own", () => {
    const names = (from: Recorder) => from.ofType(containerType).map(({ name }) => name);
    const more = names(recorder).filter((name) => !names(without).includes(name));
    assert.deepEqual(more.sort(), exporters.map((name) => `test-${name}`).sort());
    for (const name of exporters)
      assert.equal(container(recorder, name).inputs.image, "sha256:test-exporter");
  });

  it("leave nothing behind if they are off", () => {
    const left = without.resources.filter(({ name }) => name.includes("exporter"));
    assert.deepEqual(left.map(nameOf), []);
    for (const name of others)
      assert.doesNotMatch(filesIn(without, name), /(postgres|pgbouncer)exporter/, name);
  });

  it("change no other container, and only files that are reloaded", () => {
    for (const name of others)
      assert.deepEqual(container(recorder, name).inputs, container(without, name).inputs, name);
    const changed = others.filter((name) => filesIn(recorder, name) !== filesIn(without, name));
    assert.deepEqual(changed, ["haproxy1", "pgbouncer1"]);
  });

  it("are started last, and nothing but the end of the update waits for them", () => {
    for (const name of others) {
      const before = recorder.before(container(recorder, name));
      for (const exporter of exporters)
        assert.ok(!before.has(container(recorder, exporter).urn), `${name} waits for ${exporter}`);
    }
    const before = recorder.before(container(recorder, "pgbouncerexporter1"));
    assert.ok(before.has(container(recorder, "pgbouncer1").urn));
  });

  it("publish no port, and have the same confinement as all others", () => {
    for (const name of exporters) {
      const { ports, readOnly, capabilities, memory, mounts } = container(recorder, name).inputs;
      assert.deepEqual(ports, []);
      assert.equal(readOnly, true);
      assert.deepEqual(capabilities, { drops: ["ALL"] });
      assert.equal(memory, 64);
      assert.deepEqual(
        (mounts as { target: string; readOnly?: boolean }[]).map((one) => one.readOnly),
        [true],
        "it sees its own files alone",
      );
    }
  });

  it("have the monitor's password in files that are secret, and nowhere else", () => {
    for (const { name, inputs } of recorder.ofType(containerType))
      assert.ok(!JSON.stringify(inputs).includes(password), name);
    for (const name of [...exporters, "pgbouncer1"]) {
      assert.ok(isSecret(recorder.named(`test-${name}-files`).inputs.stdin), name);
      assert.match(filesIn(recorder, name), new RegExp(password), name);
    }
    assert.doesNotMatch(filesIn(without, "pgbouncer1"), new RegExp(password));
  });

  it("serve only clients with a certificate of HAProxy", () => {
    const web = filesIn(recorder, "postgresexporter2");
    assert.match(web, /client_auth_type: RequireAndVerifyClientCert/);
    assert.match(web, /client_allowed_sans:\n\s+- haproxy1\n\s+- postgresexporter2\n/);
    assert.match(web, /min_version: TLS12/);
  });

  it("are reached by HAProxy on their ports, and verified by their names", () => {
    const cfg = filesIn(recorder, "haproxy1");
    assert.match(
      cfg,
      /use_backend metrics-postgresexporter3 if \{ path \/metrics\/postgresexporter3 \}/,
    );
    assert.match(
      cfg,
      /server postgresexporter3 postgresexporter3:9187 verifyhost postgresexporter3/,
    );
    assert.match(cfg, /server pgbouncerexporter1 pgbouncerexporter1:9127 verifyhost/);
  });

  it("log in with the monitor's other login after a rotation", async () => {
    const rotated = await record(() =>
      dockerCluster({ monitoring: { exporters: true }, credentials: { monitor: 1 } }),
    );
    const { command } = container(rotated, "postgresexporter1").inputs;
    assert.ok((command as string[]).includes("DATA_SOURCE_USER=monitor_b"));
    assert.match(filesIn(rotated, "pgbouncer1"), /"monitor_b"/);
    assert.match(filesIn(rotated, "pgbouncerexporter1"), /\*:\*:\*:monitor_b:/);
  });
});

describe("the repository with exporters", () => {
  const backup = { enabled: true };
  const command = (from: Recorder) =>
    from.ofType(containerType).find(({ name }) => name === "test-repository1")?.inputs.command;

  it("runs its program with the metrics, for HAProxy alone", async () => {
    const recorder = await record(() => dockerCluster({ backup, monitoring: { exporters: true } }));
    const words = ["python3", "/etc/hapg-repository/metrics.py", "8434", "1.2", "haproxy1"];
    assert.deepEqual((command(recorder) as string[]).slice(-words.length), words);
    const cfg = unpacked(String(plain(recorder.named("test-haproxy1-files").inputs.stdin)));
    assert.match(cfg, /server repository1 repository1:8434 verifyhost repository1/);
  });

  it("is as before without them", async () => {
    const recorder = await record(() => dockerCluster({ backup }));
    assert.deepEqual((command(recorder) as string[]).slice(-2), [
      "/etc/hapg-repository/repository.py",
      "serve",
    ]);
    const files = unpacked(String(plain(recorder.named("test-repository1-files").inputs.stdin)));
    assert.doesNotMatch(files, /metrics\.py/);
  });
});

describe("exporters on hosts", () => {
  let recorder: Recorder;
  let without: Recorder;
  const vm = { hosts: threeHosts, firewall: true };
  before(async () => {
    recorder = await recordCluster({ vm, monitoring: { exporters: true } });
    without = await recordCluster({ vm });
  });

  for (const [service, unit] of [
    ["postgresexporter1", "prometheus-postgres-exporter.service"],
    ["pgbouncerexporter2", "prometheus-pgbouncer-exporter.service"],
    ["nodeexporter-db1", "prometheus-node-exporter.service"],
  ] as const) {
    it(`change ${unit} as expected`, () => {
      const dropIn = `/etc/systemd/system/${unit}.d/hapg.conf`;
      assertGolden(`${unit}.conf`, fileOf(stateOf(recorder, service), dropIn) ?? "");
    });

    it(`install ${unit} with its package`, () => {
      const [, name, , ...rest] = callOf(stateOf(recorder, service), "install_packages");
      assert.equal(name, unit);
      assert.deepEqual(rest, ["curl"]);
    });
  }

  it("leave nothing behind if they are off, and change no host", () => {
    const left = without.resources.map(nameOf).filter((name) => name.includes("exporter"));
    assert.deepEqual(left, []);
    const host = JSON.stringify(filesOf(stateOf(without, "db1")));
    assert.doesNotMatch(host, /exporter/);
  });

  it("change no file of another service that makes it restart", () => {
    for (const service of ["etcd1", "patroni2", "haproxy1", "pgbouncer3"]) {
      const restarting = (from: Recorder) =>
        filesOf(stateOf(from, service)).filter(({ kind }) => kind === "restart");
      assert.deepEqual(restarting(recorder), restarting(without), service);
    }
  });

  it("are closed to all but the cluster's hosts", () => {
    const rules = fileOf(stateOf(recorder, "db1"), "/etc/hapg/firewall.nft") ?? "";
    assert.match(rules, /tcp dport \{ [^}]*9187[^}]* \} drop/);
    assert.match(rules, /tcp dport \{ [^}]*9127[^}]* \} drop/);
    assert.match(rules, /tcp dport \{ [^}]*9100[^}]* \} drop/);
  });

  it("include one for each host by its name, unless the hosts have some already", async () => {
    const names = (from: Recorder) =>
      from.resources.map(nameOf).filter((name) => /nodeexporter.*-state$/.test(name));
    assert.deepEqual(
      names(recorder).sort(),
      ["db1", "db2", "db3"].map((host) => `test-nodeexporter-${host}-state`),
    );
    const monitoring = { exporters: true, nodeExporter: false };
    assert.deepEqual(names(await recordCluster({ vm, monitoring })), []);
  });

  it("stay on their hosts when the stack file names the hosts in another order", async () => {
    const hosts = Object.fromEntries(Object.entries(threeHosts).reverse());
    const changed = await recordCluster({ vm: { ...vm, hosts }, monitoring: { exporters: true } });
    const of = (from: Recorder) => stateOf(from, "nodeexporter-db1").inputs.connection;
    assert.deepEqual(plain(of(changed)), plain(of(recorder)));
  });

  it("ask the service on their own host", () => {
    const unit = (service: string, name: string) =>
      fileOf(stateOf(recorder, service), `/etc/systemd/system/${name}.service.d/hapg.conf`) ?? "";
    assert.match(
      unit("postgresexporter3", "prometheus-postgres-exporter"),
      /DATA_SOURCE_URI=10\.0\.0\.3:5432\//,
    );
    assert.match(
      unit("pgbouncerexporter2", "prometheus-pgbouncer-exporter"),
      /monitor@10\.0\.0\.2:6432\//,
    );
  });
});
