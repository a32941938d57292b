import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PostgresCluster, type PostgresClusterArgs } from "../../components/postgresCluster";
import { holdsUnknown } from "../../configs/settings/unknown";
import { type FoundOnHosts, hostsWith } from "../support/fixtures";
import { stateOf } from "../support/formerState";
import {
  isSecret,
  plain,
  record,
  type Recorded,
  type Recorder,
  Server,
  valueOf,
} from "../support/mocks";
import { threeHosts, vmInput } from "../support/models";
import { commandType, hosts, nameOf, servicesOf } from "../support/vmGraph";

/** Settings with hosts whose addresses are outputs of servers of the same program. */
function onServers(servers: Record<string, Server>): PostgresClusterArgs {
  const { vm, ...others } = vmInput({});
  const onServer = Object.fromEntries(
    Object.entries(vm?.hosts ?? {}).map(([name, host]) => [
      name,
      { ...host, address: servers[name]?.value ?? host.address },
    ]),
  );
  return { clusterName: "test", ...others, vm: { ...vm, hosts: onServer } };
}

const makeServers = (names = hosts) =>
  Object.fromEntries(
    names.map((name) => [name, new Server(name, threeHosts[name]?.address ?? "")]),
  );

const clusterOf = (
  args: PostgresClusterArgs,
  opts?: pulumi.ComponentResourceOptions,
  found: FoundOnHosts = {},
) => new PostgresCluster("cluster", args, opts, hostsWith(found));

const isServer = ({ type }: Recorded) => type === "test:index:Server";
const withoutServers = (recorder: Recorder) =>
  Object.entries(stateOf(recorder)).filter(([urn]) => !urn.includes("test:index:Server"));
const isCustom = ({ type }: Recorded) => !/^(hapg:|pulumi:pulumi:Stack)/.test(type);

describe("a cluster on hosts that other resources of the program make", () => {
  let recorder: Recorder;
  let cluster: PostgresCluster;
  before(async () => {
    recorder = await record(() => {
      cluster = clusterOf(onServers(makeServers()));
    });
  });

  it("has the resources and inputs of one whose addresses are written down", async () => {
    const written = await record(() => clusterOf(onServers({})));
    assert.deepEqual(withoutServers(recorder), withoutServers(written));
  });

  it("leads its clients to these hosts", async () => {
    const { members } = await valueOf(cluster.endpoints);
    assert.deepEqual(
      members.map(({ host }) => host),
      hosts.map((name) => threeHosts[name]?.address),
    );
    assert.ok(await pulumi.isSecret(cluster.connectionStrings));
    assert.ok(!(await pulumi.isSecret(cluster.endpoints)));
  });

  // The engine deletes what has such a dependency on a resource before it deletes that resource.
  it("has only what goes before a replaced host depend on its outputs", () => {
    for (const [i, name] of hosts.entries()) {
      const { urn } = recorder.named(name);
      const deleted = recorder.resources.filter((one) => one.propertyDependencies.includes(urn));
      const here = ["etcd", "patroni", "haproxy", "pgbouncer"].map((kind) => `${kind}${i + 1}`);
      assert.deepEqual(
        deleted.map(nameOf).sort(),
        [name, ...here].map((one) => `test-${one}-removal`).sort(),
      );
    }
  });

  it("is there after all hosts, and gone before the first of them", () => {
    const servers = recorder.resources.filter(isServer).map(({ urn }) => urn);
    for (const one of recorder.resources.filter((all) => isCustom(all) && !isServer(all))) {
      const before = recorder.before(one);
      assert.ok(
        servers.every((urn) => before.has(urn)),
        one.name,
      );
    }
  });

  it("is complete for those that depend on it", async () => {
    const all = await record(() => {
      const dependsOn = clusterOf(onServers(makeServers()));
      new Server("application", "", { dependsOn });
    });
    const before = all.before(all.named("application"));
    for (const pool of servicesOf("pgbouncer"))
      assert.ok(before.has(all.named(`test-${pool}-state`).urn), pool);
  });

  it("is looked at when all addresses are there", async () => {
    const reached: string[] = [];
    const look = Object.assign(hostsWith(), {
      whenReachable: ({ vm }: { vm: { hosts: Record<string, { address: string }> } }) => {
        reached.push(...Object.values(vm.hosts).map(({ address }) => address));
        return Promise.resolve();
      },
    });
    await record(() => new PostgresCluster("cluster", onServers(makeServers()), {}, look));
    assert.deepEqual(
      reached,
      hosts.map((name) => threeHosts[name]?.address),
    );
  });
});

describe("a preview that does not know a host's address", () => {
  for (const [what, names] of [
    ["of a new cluster", hosts],
    ["of a replaced host", ["db2"]],
  ] as const) {
    it(`${what} has all resources of the update, and no address that it does not know`, async () => {
      let cluster: PostgresCluster | undefined;
      const previewed = await record(() => {
        cluster = clusterOf(onServers(makeServers([...names])));
      }, true);
      const updated = await record(() => clusterOf(onServers(makeServers([...names]))));
      assert.deepEqual(
        previewed.resources.map(nameOf).sort(),
        updated.resources.map(nameOf).sort(),
      );
      for (const { name, inputs } of previewed.resources)
        assert.ok(!holdsUnknown(JSON.stringify(inputs)), name);
      for (const name of hosts) {
        const { triggers } = previewed.named(`test-${name}-removal`).inputs;
        const isKnown = !(names as readonly string[]).includes(name);
        assert.deepEqual(triggers, isKnown ? [threeHosts[name]?.address] : [unknownInput], name);
      }
      assert.ok(cluster !== undefined);
      assert.equal(await isKnownOutput(cluster.endpoints), false);
      assert.equal(await isKnownOutput(cluster.connectionStrings), false);
      assert.equal(await isKnownOutput(cluster.versions), true);
    });
  }

  it("still refuses what it knows to be wrong", async () => {
    await record(() => {
      const args = onServers(makeServers());
      assert.throws(
        () => clusterOf({ ...args, etcd: { members: 2 as 3 } }),
        /etcd\.members: must be one of 1, 3 or 5, got 2/,
      );
    }, true);
  });
});

/** What Pulumi sends for an unknown value. */
const unknownInput = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const isKnownOutput = (output: pulumi.Output<unknown>) =>
  (output as unknown as { isKnown: Promise<boolean> }).isKnown;

describe("secrets that other resources of the program make", () => {
  const given = (password: pulumi.Input<string>, privateKey: pulumi.Input<string>) => {
    const { vm, ...others } = onServers({});
    const args = { ...others, vm: { ...vm, ssh: { privateKey } }, roles: { app: { password } } };
    return args as PostgresClusterArgs;
  };

  it("stay secret", async () => {
    let strings: unknown;
    const recorder = await record(() => {
      const secret = (name: string, value: string) =>
        pulumi.secret<string>(new Server(name, value).value);
      const args = given(secret("password", "from-a-vault"), secret("key", "KEY-FROM-A-VAULT"));
      strings = clusterOf(args).connectionStrings;
    });
    const output = strings as PostgresCluster["connectionStrings"];
    assert.match((await valueOf(output)).app?.write ?? "", /:from-a-vault@/);
    assert.ok(await pulumi.isSecret(output));
    const commands = recorder.ofType(commandType);
    for (const { name, inputs } of commands) {
      assert.ok(isSecret(inputs.connection), name);
      const { privateKey } = plain(inputs.connection) as Record<string, unknown>;
      assert.equal(privateKey, "KEY-FROM-A-VAULT", name);
    }
  });

  it("are no part of a preview that does not know them", async () => {
    const recorder = await record(() => {
      clusterOf(given(new Server("password", "").value, new Server("key", "").value));
    }, true);
    for (const { name, inputs } of recorder.resources)
      assert.ok(!holdsUnknown(JSON.stringify(inputs)), name);
  });

  it("may be a CA that a preview does not know", async () => {
    const recorder = await record(() => {
      const { value } = new Server("ca", "");
      clusterOf({ ...onServers({}), tls: { ca: { certificate: value, privateKey: value } } });
    }, true);
    const { inputs } = recorder.named("cluster-certificates-patroni1");
    assert.ok(!holdsUnknown(JSON.stringify(inputs)));
  });
});

describe("a value that arrives and is wrong", () => {
  it("is refused with the setting's name, before any service is registered", async () => {
    let refused: Promise<unknown> | undefined;
    const recorder = await record(() => {
      const { vm, ...others } = vmInput({});
      const db1 = { ...threeHosts.db1, address: new Server("db1", "db1.example.org").value };
      const onName = { ...vm, hosts: { ...vm?.hosts, db1 } };
      const cluster = clusterOf({
        clusterName: "test",
        ...others,
        vm: onName,
      } as PostgresClusterArgs);
      refused = assert.rejects(
        (cluster.versions as unknown as { promise: () => Promise<unknown> }).promise(),
        (error: Error) => {
          const text = "must be an IPv4 address, such as 10.0.0.11";
          assert.equal(
            error.message,
            'PostgresCluster "cluster": The settings have a problem; nothing was changed.\n' +
              `  vm.hosts.db1.address: ${text}`,
          );
          assert.equal(error.stack, "");
          return true;
        },
      );
    });
    await refused;
    assert.deepEqual(recorder.ofType(commandType), []);
  });
});

describe("an output where a plain value must be", () => {
  const refusal = async (args: unknown) => {
    let message = "";
    await record(() => {
      assert.throws(
        () => clusterOf(args as PostgresClusterArgs),
        (error) => {
          assert.ok(pulumi.RunError.isInstance(error));
          ({ message } = error);
          return true;
        },
      );
    });
    return message;
  };

  it("is refused with the setting's name, and all of them at once", async () => {
    const members = pulumi.output(3);
    const message = await refusal({ clusterName: "x", etcd: { members }, postgres: { members } });
    assert.match(message, /^PostgresCluster "cluster": The settings have 2 problems;/);
    assert.match(message, /\n {2}etcd\.members: must be a plain value: it decides which resources/);
    assert.match(message, /\n {2}postgres\.members: must be a plain value/);
  });

  it("is refused like a resource, which has several outputs", async () => {
    const password = new pulumi.ComponentResource("test:index:Vault", "vault");
    assert.match(
      await refusal({ clusterName: "x", roles: { app: { password } } }),
      /\n {2}roles\.app\.password: must be a value, got a resource; give one of its outputs$/,
    );
  });

  it("is refused for a group of settings with those in it that may be outputs", async () => {
    const message = await refusal({ clusterName: "x", vm: { hosts: pulumi.output({}) } });
    assert.match(
      message,
      /vm\.hosts: must .*; single values in it may be: vm\.hosts\.\*\.address, vm\.hosts\.\*\.hostKey,/,
    );
  });
});
