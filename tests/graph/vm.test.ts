import assert from "node:assert/strict";
import { isSecret, keyMark, passwordMark, type Recorder } from "../support/mocks";
import { threeHosts } from "../support/models";
import {
  commandType,
  hostOf,
  hosts,
  nameOf,
  partsOf,
  recordCluster,
  removalOf,
  scriptOf,
  services,
  servicesOf,
  stateOf,
  targetOf,
  withAddress,
} from "../support/vmGraph";

describe("the resource graph on virtual machines", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster(withAddress);
  });

  it("has each host and each service once: what brings it there, and what takes it away", () => {
    const ofOwners = recorder
      .ofType(commandType)
      .map(nameOf)
      .filter((name) => name.startsWith("test-"));
    assert.deepEqual(
      ofOwners.sort(),
      [
        ...[...hosts, ...services].flatMap((one) => [`test-${one}-removal`, `test-${one}-state`]),
        ...["etcd1", "patroni1"].map((founder) => `test-${founder}-founding`),
      ].sort(),
    );
  });

  const chain = ["etcd", "patroni"].flatMap(servicesOf);
  chain.slice(1).forEach((service, i) => {
    const earlier = chain[i] ?? "";
    it(`starts ${service} when ${earlier} is ready`, () => {
      const ready = stateOf(recorder, earlier).urn;
      for (const part of partsOf(recorder, service)) {
        assert.ok(recorder.before(part).has(ready), part.name);
      }
    });
  });

  for (const [family, earlier] of [
    ["haproxy", "patroni"],
    ["pgbouncer", "haproxy"],
    ["keepalived", "pgbouncer"],
  ] as const) {
    it(`starts every ${family} when every ${earlier} is ready`, () => {
      for (const service of servicesOf(family)) {
        const before = recorder.before(stateOf(recorder, service));
        for (const other of servicesOf(earlier)) {
          assert.ok(before.has(stateOf(recorder, other).urn), `${service}, ${other}`);
        }
      }
    });
  }

  it("starts no service before its host is prepared, and takes it away before the host's own", () => {
    for (const service of services) {
      for (const part of partsOf(recorder, service)) {
        for (const prepared of partsOf(recorder, hostOf(service))) {
          assert.ok(recorder.before(part).has(prepared.urn), `${part.name}, ${prepared.name}`);
        }
      }
    }
  });

  it("can take away what it brings: the way back is there first", () => {
    for (const owner of [...hosts, ...services]) {
      const before = recorder.before(stateOf(recorder, owner));
      assert.ok(before.has(removalOf(recorder, owner).urn), owner);
    }
  });

  it("prepares all hosts at the same time", () => {
    for (const host of hosts) {
      const others = hosts.filter((one) => one !== host).map((one) => stateOf(recorder, one).urn);
      const before = recorder.before(stateOf(recorder, host));
      assert.deepEqual(
        others.filter((urn) => before.has(urn)),
        [],
      );
    }
  });

  it("sets passwords and databases before the second member copies the first", () => {
    const access = recorder.named("cluster-patroni-access");
    assert.ok(recorder.before(access).has(stateOf(recorder, "patroni1").urn));
    assert.ok(recorder.before(stateOf(recorder, "patroni2")).has(access.urn));
  });

  it("feeds no service's output into another's input: the engine would replace the whole chain", () => {
    const commands = recorder.ofType(commandType);
    const urns = commands.map(({ urn }) => urn);
    const fed = commands.filter(({ propertyDependencies }) =>
      propertyDependencies.some((urn) => urns.includes(urn)),
    );
    assert.deepEqual(fed.map(nameOf), []);
  });

  it("does on each host what belongs to it", () => {
    for (const owner of [...hosts, ...services]) {
      const host = hosts.includes(owner) ? owner : hostOf(owner);
      for (const part of partsOf(recorder, owner)) {
        assert.equal(targetOf(part), `root@${threeHosts[host]?.address ?? ""}`, part.name);
        assert.match(scriptOf(part), new RegExp(`^host=${host}$`, "m"), part.name);
      }
    }
  });

  it("has no password and no private key in a command line, a trigger or a connection", () => {
    for (const { name, inputs } of recorder.ofType(commandType)) {
      const visible = JSON.stringify({ ...inputs, stdin: undefined });
      assert.ok(!visible.includes(passwordMark), name);
      assert.ok(!visible.includes(keyMark), name);
      assert.ok(!visible.includes("<<'END'"), `${name} has a file where a command is expected`);
    }
  });

  it("hands passwords and private keys over in standard input that is itself a secret", () => {
    const holders = recorder.resources
      .filter(({ type }) => [commandType, "command:local:Command"].includes(type))
      .filter((one) => /SCRAM-SHA-256\$|GENERATED|PRIVATE-KEY/.test(scriptOf(one)));
    assert.deepEqual(
      holders.map(nameOf).sort(),
      [
        "cluster-etcd-access",
        "cluster-patroni-access",
        "cluster-patroni-system-roles",
        ...["haproxy", "keepalived", "pgbouncer", "postgres"].map(
          (kind) => `cluster-trials-${kind}`,
        ),
        ...services.map((service) => `test-${service}-state`),
      ].sort(),
    );
    assert.deepEqual(holders.filter(({ inputs }) => !isSecret(inputs.stdin)).map(nameOf), []);
  });

  it("shows in a preview what else changes: what is no secret is not hidden", () => {
    for (const owner of hosts) {
      assert.ok(!isSecret(stateOf(recorder, owner).inputs.stdin), owner);
    }
  });

  it("parents every resource", () => {
    const orphans = recorder.resources.filter(
      ({ parent, name }) => parent === "" && !["cluster", "vm"].includes(name),
    );
    assert.deepEqual(orphans.map(nameOf), []);
  });

  it("drops slots of former members once they are gone, and waits with it while a host is away", async () => {
    const name = "cluster-patroni-former-members";
    const preDelete = recorder.named(name);
    for (const member of servicesOf("patroni")) {
      for (const part of partsOf(recorder, member)) {
        assert.ok(part.dependencies.includes(preDelete.urn), part.name);
      }
    }
    assert.deepEqual([targetOf(preDelete), preDelete.ignoreChanges], ["root@10.0.0.1", []]);
    const { db1, ...others } = threeHosts;
    assert.ok(db1 !== undefined);
    const away = await recordCluster({ vm: { hosts: { ...others, db1: { ...db1, away: true } } } });
    const postponed = away.named(name);
    assert.equal(targetOf(postponed), "root@10.0.0.2");
    assert.deepEqual(postponed.ignoreChanges, ["delete", "triggers"]);
  });

  it("forgets nothing and protects nothing, unless the stack file says so", () => {
    const unusual = recorder.resources.filter((one) => one.retainOnDelete || one.protect);
    assert.deepEqual(unusual.map(nameOf), []);
  });

  it("can be previewed before anything exists", async () => {
    const previewed = await recordCluster(withAddress, {}, true);
    assert.deepEqual(
      previewed.ofType(commandType).map(nameOf).sort(),
      recorder.ofType(commandType).map(nameOf).sort(),
    );
  });
});
