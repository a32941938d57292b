import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { DriverStrings } from "../../configs/cluster/driverStrings";
import type { ConnectionStrings } from "../../configs/cluster/connectionStrings";
import type { OperatorStrings } from "../../configs/cluster/connectionStrings";
import { dockerCluster } from "../support/fixtures";
import {
  keyMark,
  passwordMark,
  record,
  type Recorded,
  type Recorder,
  valueOf,
} from "../support/mocks";

const containerType = "docker:index/container:Container";
const commandType = "command:local:Command";

/** Everything that belongs to one service's component. */
const partsOf = (recorder: Recorder, service: string): Recorded[] =>
  recorder.resources.filter(({ name }) => name.startsWith(`test-${service}`));

describe("the resource graph on Docker", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await record(() => dockerCluster());
  });

  it("has one container a service and nothing else", () => {
    assert.deepEqual(
      recorder
        .ofType(containerType)
        .map(({ name }) => name)
        .sort(),
      [
        "test-etcd1",
        "test-etcd2",
        "test-etcd3",
        "test-haproxy1",
        "test-patroni1",
        "test-patroni2",
        "test-patroni3",
        "test-pgbouncer1",
      ],
    );
  });

  const chain = [
    "etcd1",
    "etcd2",
    "etcd3",
    "patroni1",
    "patroni2",
    "patroni3",
    "haproxy1",
    "pgbouncer1",
  ];
  chain.slice(1).forEach((service, i) => {
    const earlier = chain[i] ?? "";
    it(`starts ${service} when ${earlier} is ready`, () => {
      const gate = recorder.named(`test-${earlier}-ready`);
      assert.ok(recorder.before(recorder.named(`test-${service}`)).has(gate.urn));
      assert.ok(recorder.before(recorder.named(`test-${service}-files`)).has(gate.urn));
    });
  });

  it("sets passwords and databases before the second member copies the first", () => {
    const access = recorder.named("cluster-patroni-access");
    assert.ok(recorder.before(access).has(recorder.named("test-patroni1-ready").urn));
    assert.ok(recorder.before(recorder.named("test-patroni2")).has(access.urn));
  });

  it("feeds no service's output into another's input: the engine would delete the whole chain", () => {
    for (const service of chain) {
      for (const part of partsOf(recorder, service)) {
        const strangers = chain
          .filter((other) => other !== service)
          .flatMap((other) => partsOf(recorder, other).map(({ urn }) => urn));
        const fed = part.propertyDependencies.filter((urn) => strangers.includes(urn));
        assert.deepEqual(fed, [], `${part.name} takes inputs from ${fed.join(", ")}`);
      }
    }
  });

  it("replaces a container only after the old one is gone, with time to stop", () => {
    for (const container of recorder.ofType(containerType)) {
      assert.equal(container.deleteBeforeReplace, true, container.name);
      assert.ok(Number(container.inputs.destroyGraceSeconds) > 0, container.name);
      assert.equal(container.inputs.mustRun, true, container.name);
    }
  });

  it("keeps data volumes on destroy, and no others", () => {
    const kept = recorder.resources.filter(({ retainOnDelete }) => retainOnDelete);
    assert.deepEqual(kept.map(({ inputs }) => inputs.name).sort(), [
      "test-etcd1-data",
      "test-etcd2-data",
      "test-etcd3-data",
      "test-patroni1-data",
      "test-patroni2-data",
      "test-patroni3-data",
    ]);
  });

  it("drops slots of former members once their containers are gone", async () => {
    const name = "cluster-patroni-former-members";
    const preDelete = recorder.named(name);
    for (const member of ["patroni1", "patroni2", "patroni3"]) {
      // The engine orders what goes by direct dependencies.
      assert.ok(recorder.named(`test-${member}`).dependencies.includes(preDelete.urn), member);
    }
    const { inputs } = preDelete;
    assert.match(String(inputs.delete), /'forget' 'patroni1' 'patroni2' 'patroni3'/);
    assert.equal(inputs.create, undefined);
    const larger = await record(() => dockerCluster({ postgres: { members: 5 } }));
    assert.notDeepEqual(larger.named(name).inputs.triggers, inputs.triggers);
  });

  it("publishes the configured ports and no others, on this machine only", () => {
    const published = recorder
      .ofType(containerType)
      .flatMap(({ inputs }) => (inputs.ports ?? []) as { external: number; ip: string }[]);
    assert.deepEqual(
      published.map(({ external }) => external).sort((a, b) => a - b),
      [5000, 5001, 6432, 8009, 8404, 15432, 15433, 15434],
    );
    assert.deepEqual([...new Set(published.map(({ ip }) => ip))], ["127.0.0.1"]);
  });

  it("has no password and no private key in a container or a command line", () => {
    for (const mark of [passwordMark, keyMark]) {
      for (const { name, inputs } of recorder.ofType(containerType)) {
        assert.ok(!JSON.stringify(inputs).includes(mark), name);
      }
      for (const { name, inputs } of recorder.ofType(commandType)) {
        const visible = { ...inputs, stdin: undefined };
        assert.ok(!JSON.stringify(visible).includes(mark), name);
      }
    }
  });

  it("hands secrets over in standard input that is itself a secret", () => {
    for (const service of chain) {
      const { inputs } = recorder.named(`test-${service}-files`);
      const stdin = inputs.stdin as Record<string, unknown>;
      assert.equal(stdin[pulumi.runtime.specialSigKey], pulumi.runtime.specialSecretSig, service);
    }
  });

  it("parents every resource", () => {
    const orphans = recorder.resources.filter(
      ({ parent, name }) => parent === "" && !["cluster", "docker"].includes(name),
    );
    assert.deepEqual(
      orphans.map(({ name }) => name),
      [],
    );
  });
});

describe("outputs", () => {
  it("are secret connection strings that hold the owner's password", async () => {
    let cluster: ReturnType<typeof dockerCluster> | undefined;
    await record(() => {
      cluster = dockerCluster();
    });
    assert.ok(cluster !== undefined);
    assert.equal(await pulumi.isSecret(cluster.connectionStrings), true);
    const strings = await new Promise<Record<string, ConnectionStrings>>((resolve) => {
      cluster?.connectionStrings.apply(resolve);
    });
    assert.equal(
      strings.app?.write,
      `postgresql://app:${passwordMark}-cluster-credentials-role-app@127.0.0.1:5000/app?sslmode=require`,
    );
    assert.ok(!JSON.stringify(await valueOf(cluster.endpoints)).includes(passwordMark));
    assert.equal(await pulumi.isSecret(cluster.driverConnectionStrings), true);
    const byFamily = await new Promise<Record<string, DriverStrings>>((resolve) => {
      cluster?.driverConnectionStrings.apply(resolve);
    });
    assert.equal(
      byFamily.app?.jdbc.read,
      `jdbc:postgresql://127.0.0.1:5001/app?user=app&password=${passwordMark}-cluster-credentials-role-app&sslmode=require&connectTimeout=3&tcpKeepAlive=true`,
    );
  });

  it("say which image each service runs, which other packages of the day change", async () => {
    const versions = async (docker: { packagesAsOf?: string }) => {
      let cluster: ReturnType<typeof dockerCluster> | undefined;
      await record(() => {
        cluster = dockerCluster({ docker });
      });
      assert.ok(cluster !== undefined);
      return valueOf(cluster.versions);
    };
    const before = await versions({});
    assert.match(before.patroni1?.image ?? "", /^hapg\/patroni:[0-9a-f]{12}$/);
    assert.equal(before.patroni2?.image, before.patroni1?.image);
    const after = await versions({ packagesAsOf: "2026-11-28" });
    assert.notEqual(after.pgbouncer1?.image, before.pgbouncer1?.image);
  });

  it("have secret ones for who runs and who watches the cluster, by member too", async () => {
    let cluster: ReturnType<typeof dockerCluster> | undefined;
    await record(() => {
      cluster = dockerCluster({ credentials: { administrator: 1 } });
    });
    assert.ok(cluster !== undefined);
    const { administratorConnectionStrings, monitorConnectionStrings } = cluster;
    for (const [output, login, password] of [
      [administratorConnectionStrings, "administrator_b", "second-administrator-1"],
      [monitorConnectionStrings, "monitor", "monitor"],
    ] as const) {
      assert.equal(await pulumi.isSecret(output), true);
      const strings = await new Promise<Record<string, OperatorStrings>>((resolve) => {
        output.apply(resolve);
      });
      assert.deepEqual(Object.keys(strings), ["postgres", "app"]);
      const to = (port: number) =>
        `postgresql://${login}:${passwordMark}-cluster-credentials-${password}@127.0.0.1:${port}/postgres?sslmode=require`;
      assert.equal(strings.postgres?.write, to(5000));
      assert.deepEqual(
        strings.postgres.members,
        [15432, 15433, 15434].map((port) => `${to(port)}&connect_timeout=3`),
      );
    }
  });
});

describe("more clusters", () => {
  it("share no name, port or volume", async () => {
    const one = await record(() => dockerCluster({ clusterName: "one" }));
    const two = await record(() => dockerCluster({ clusterName: "two" }));
    const names = (recorder: Recorder) =>
      recorder.resources.flatMap(({ type, inputs }) =>
        type.startsWith("docker:") && !type.includes("Image")
          ? [typeof inputs.name === "string" ? inputs.name : ""]
          : [],
      );
    const shared = names(one).filter((name) => name !== "" && names(two).includes(name));
    assert.deepEqual(shared, []);
  });

  it("has as many members as asked for", async () => {
    const recorder = await record(() =>
      dockerCluster({ etcd: { members: 5 }, postgres: { members: 5 } }),
    );
    assert.equal(recorder.ofType(containerType).length, 12);
  });

  it("protects data volumes where the stack file says so", async () => {
    const recorder = await record(() => dockerCluster({ protect: true }));
    const volumes = recorder.resources.filter(({ retainOnDelete }) => retainOnDelete);
    assert.ok(volumes.length > 0 && volumes.every(({ protect }) => protect));
  });

  it("lets the stack file's networks of clients log in to members", async () => {
    const clientNetworks = ["192.168.7.0/24"];
    const recorder = await record(() => dockerCluster({ docker: { clientNetworks } }));
    const { inputs } = recorder.named("cluster-patroni-dynamic-config");
    assert.match(JSON.stringify(inputs), /hostssl all all 192\.168\.7\.0\/24 scram-sha-256/);
  });

  it("has the same inputs in two runs with one HAPG_RUN, as an update plan needs", async () => {
    const inputs = async (run: string) => {
      process.env.HAPG_RUN = run;
      try {
        const { resources } = await record(() => dockerCluster());
        return JSON.stringify(resources.map(({ urn, inputs: all }) => [urn, all]).sort());
      } finally {
        delete process.env.HAPG_RUN;
      }
    };
    const first = await inputs("one");
    assert.equal(await inputs("one"), first);
    assert.notEqual(await inputs("another"), first);
  });

  it("writes files again that somebody has changed in a container's volume", async () => {
    const words = "patroni2 has changed files: /etc/patroni/patroni.yml";
    const changedFiles = new Map([["patroni2", words]]);
    const recorded = await record(() => dockerCluster({}, { changedFiles }));
    const triggers = (service: string) =>
      String(recorded.named(`test-${service}-files`).inputs.triggers);
    assert.ok(triggers("patroni2").endsWith(`: ${words}`));
    assert.match(triggers("patroni1"), /: as it was left$/);
  });

  it("pulls images from a registry, or pushes them there", async () => {
    const from = async (images: "push" | "pull") => {
      const docker = { registry: "registry.example/hapg", images };
      const recorded = await record(() => dockerCluster({ docker }));
      const all = recorded.ofType("docker:index/remoteImage:RemoteImage");
      return { recorded, all, commands: recorded.ofType(commandType) };
    };
    const pulled = await from("pull");
    assert.equal(pulled.all.length, 4);
    for (const { name, inputs } of pulled.all) {
      assert.match(String(inputs.name), /^registry\.example\/hapg\/[a-z]+:[0-9a-f]{12}$/);
      assert.equal(inputs.build, undefined);
      const pull = pulled.recorded.named(`${name}-pull`);
      assert.ok(pulled.recorded.before(pulled.recorded.named(name)).has(pull.urn));
      assert.match(String(pull.inputs.create), /'docker' 'pull' '--quiet' 'registry\.example/);
    }
    const pushed = await from("push");
    assert.equal(pushed.all.length, 5);
    const pushes = pushed.commands.filter(({ name }) => name.endsWith("-push"));
    assert.equal(pushes.length, 5);
  });

  it("limits a container's processors where the stack file does", async () => {
    const recorded = await record(() => dockerCluster({ postgres: { cpus: 1.5 } }));
    const limits = recorded.ofType(containerType).map(({ name, inputs }) => [name, inputs.cpus]);
    const members = ["test-patroni1", "test-patroni2", "test-patroni3"];
    assert.deepEqual(
      limits.filter(([, cpus]) => cpus !== undefined).sort(),
      members.map((name) => [name, "1.5"]),
    );
  });

  it("can be previewed before anything exists", async () => {
    const recorder = await record(() => dockerCluster(), true);
    assert.equal(recorder.ofType(containerType).length, 8);
  });
});
