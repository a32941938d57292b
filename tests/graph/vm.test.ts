import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionStrings } from "../../configs/connectionStrings";
import type { PostgresCluster } from "../../components/postgresCluster";
import type { SettingsInput } from "../../configs/settings/schema";
import { type FoundOnHosts, vmCluster } from "../support/fixtures";
import { assertGolden } from "../support/golden";
import {
  isSecret,
  keyMark,
  passwordMark,
  plain,
  record,
  type Recorded,
  type Recorder,
} from "../support/mocks";
import { threeHosts } from "../support/models";

const commandType = "command:remote:Command";
const hosts = ["db1", "db2", "db3"];
const servicesOf = (family: string) => [1, 2, 3].map((i) => `${family}${i}`);
const families = ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"];
const services = families.flatMap(servicesOf);
/** The host of a service: its number is the host's. */
const hostOf = (service: string) => service.replace(/^\D+/, "db");

const withAddress: Partial<SettingsInput> = { keepalived: { virtualAddress: "10.0.0.100" } };
/** What the program registers for an input, kept for the next test that asks for the same. */
const recorded = new Map<string, Promise<Recorder>>();
function recordCluster(
  input: Partial<SettingsInput> = {},
  findings: FoundOnHosts = {},
  preview = false,
): Promise<Recorder> {
  const key = JSON.stringify([input, findings, preview]);
  const recorder = recorded.get(key) ?? record(() => vmCluster(input, findings), preview);
  recorded.set(key, recorder);
  return recorder;
}

const hereDocument = /<<'END'\n((?:[A-Za-z0-9+/=]+\n)*)END$/gm;
const decoded = (text: string) => Buffer.from(text, "base64").toString();
/** The standard input of a command, with the files in it as they will be on the host. */
const scriptOf = ({ inputs }: Recorded) =>
  String(plain(inputs.stdin)).replace(hereDocument, (_, text: string) => decoded(text));

/** A file that a script puts on its host. */
interface PutFile {
  path: string;
  mode: string;
  user: string;
  kind: string;
  content: string;
}
/** The files that a resource puts on its host. */
function filesOf({ inputs }: Recorded): PutFile[] {
  const put = new RegExp(`^put_file (\\S+) (\\d+) (\\S+) (\\S+) ${hereDocument.source}`, "gm");
  return [...String(plain(inputs.stdin)).matchAll(put)].map(
    ([, path = "", mode = "", user = "", kind = "", text = ""]) => ({
      path: path.replaceAll("'", ""),
      mode,
      user,
      kind,
      content: decoded(text),
    }),
  );
}
const fileOf = (resource: Recorded, path: string) =>
  filesOf(resource).find((file) => file.path === path)?.content;
/** The call in a script that begins with this word, as its words. */
function callOf(resource: Recorded, word: string): string[] {
  const line = scriptOf(resource)
    .split("\n")
    .find((one) => one.startsWith(`'${word}' `));
  return (line ?? "").split(" ").map((one) => one.replaceAll("'", ""));
}

const stateOf = (recorder: Recorder, owner: string) => recorder.named(`test-${owner}-state`);
const removalOf = (recorder: Recorder, owner: string) => recorder.named(`test-${owner}-removal`);
/** Everything that belongs to one host or service. */
const partsOf = (recorder: Recorder, owner: string) => [
  removalOf(recorder, owner),
  stateOf(recorder, owner),
];
/** Where and as whom a command runs. */
const targetOf = ({ inputs }: Recorded) => {
  const { host, user } = plain(inputs.connection) as Record<string, unknown>;
  return `${String(user)}@${String(host)}`;
};
const nameOf = ({ name }: Recorded) => name;

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
      [...hosts, ...services].flatMap((one) => [`test-${one}-removal`, `test-${one}-state`]).sort(),
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
    const farewell = recorder.named(name);
    for (const member of servicesOf("patroni")) {
      for (const part of partsOf(recorder, member)) {
        assert.ok(part.dependencies.includes(farewell.urn), part.name);
      }
    }
    assert.deepEqual([targetOf(farewell), farewell.ignoreChanges], ["root@10.0.0.1", []]);
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

describe("units on hosts", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster(withAddress);
  });

  for (const family of families) {
    const unit = `${family}.service`;
    it(`change ${unit} as expected`, () => {
      const dropIn = `/etc/systemd/system/${unit}.d/hapg.conf`;
      assertGolden(`${unit}.conf`, fileOf(stateOf(recorder, `${family}1`), dropIn) ?? "");
    });
  }

  const limits = (
    [
      ["etcd", 256, 512],
      ["patroni", 1024, 2048],
      ["haproxy", 256, 2048],
      ["pgbouncer", 128, 256],
      ["keepalived", 64, 256],
    ] as const
  ).flatMap(([family, memory, tasks]) =>
    servicesOf(family).map((service) => ({ service, memory, tasks })),
  );
  for (const { service, memory, tasks } of limits) {
    it(`limit ${service} to ${memory} MiB and ${tasks} processes, without a restart`, () => {
      const file = filesOf(stateOf(recorder, service)).find(({ kind }) => kind === "limits");
      const expected = ["[Service]", `MemoryMax=${memory}M`, "MemorySwapMax=0"];
      assert.equal(file?.content, [...expected, `TasksMax=${tasks}`, ""].join("\n"));
    });
  }
});

describe("files on hosts", () => {
  /** Path, mode, user and kind of a resource's files. */
  const listOf = (resource: Recorded) =>
    filesOf(resource).map(({ path, mode, user, kind }) => `${path} ${mode} ${user} ${kind}`);

  it("are these for services: who may read them and what a change asks for", async () => {
    const recorder = await recordCluster(withAddress);
    const ofUnit = (family: string) => [
      `/etc/systemd/system/${family}.service.d/hapg.conf 644 root restart`,
      `/etc/systemd/system/${family}.service.d/hapg-limits.conf 644 root limits`,
    ];
    const own: Record<string, string[]> = {
      etcd: [
        "/etc/etcd/identity.pem 600 etcd nothing",
        "/etc/etcd/ca.pem 640 etcd restart",
        "/etc/etcd/operator.pem 600 etcd nothing",
        "/etc/etcd/etcd.env 640 etcd restart",
        "/etc/etcd/peers 640 etcd nothing",
        "/etc/etcd/start 750 etcd restart",
        "/etc/etcd/ctl 750 etcd nothing",
        "/etc/etcd/ready 750 etcd nothing",
      ],
      patroni: [
        "/etc/patroni/identity.pem 600 postgres reload",
        "/etc/patroni/ca.pem 640 postgres nothing",
        "/etc/patroni/patroni.yml 640 postgres reload",
        "/etc/patroni/cluster.py 750 postgres nothing",
      ],
      haproxy: [
        "/etc/haproxy/identity.pem 600 haproxy reload",
        "/etc/haproxy/ca.pem 640 haproxy reload",
        "/etc/haproxy/haproxy.cfg 600 haproxy reload",
      ],
      pgbouncer: [
        "/etc/pgbouncer/identity.pem 600 postgres reload",
        "/etc/pgbouncer/ca.pem 640 postgres reload",
        "/etc/pgbouncer/pgbouncer.ini 640 postgres reload",
        "/etc/pgbouncer/userlist.txt 600 postgres reload",
      ],
      keepalived: ["/etc/keepalived/keepalived.conf 600 root reload"],
    };
    for (const [family, files] of Object.entries(own)) {
      assert.deepEqual(listOf(stateOf(recorder, `${family}2`)), [...ofUnit(family), ...files]);
    }
  });

  it("are these for a member's host", async () => {
    const recorder = await recordCluster({ vm: { firewall: true } });
    assert.deepEqual(listOf(stateOf(recorder, "db1")), [
      "/etc/postgresql-common/createcluster.conf 644 root packages",
      "/etc/sysctl.d/60-hapg.conf 644 root kernel",
      "/etc/tmpfiles.d/hapg-kernel.conf 644 root kernel",
      "/etc/tmpfiles.d/hapg.conf 644 root tmpfiles",
      "/etc/modules-load.d/hapg.conf 644 root watchdog",
      "/etc/udev/rules.d/60-hapg.rules 644 root watchdog",
      "/etc/hapg/firewall.nft 644 root firewall",
      "/etc/systemd/system/hapg-firewall.service 644 root firewall",
    ]);
  });

  it("are few on a host of routers, and none on one of etcd alone", async () => {
    const recorder = await recordCluster({
      etcd: { members: 1 },
      postgres: { members: 1 },
      haproxy: { instances: 1 },
      pgbouncer: { instances: 1 },
      vm: {
        hosts: {
          router: { address: "10.0.0.1", services: ["haproxy1", "pgbouncer1"] },
          store: { address: "10.0.0.2", services: ["etcd1"] },
          data: { address: "10.0.0.3", services: ["patroni1"] },
        },
      },
    });
    const socket = "/etc/tmpfiles.d/hapg.conf 644 root tmpfiles";
    assert.deepEqual(listOf(stateOf(recorder, "router")), [socket]);
    assert.deepEqual(listOf(stateOf(recorder, "store")), []);
  });

  it("set up a watchdog where one is wanted, and Patroni uses it as the stack file says", async () => {
    for (const [watchdog, wanted] of [
      ["off", false],
      ["automatic", true],
      ["required", true],
    ] as const) {
      const recorder = await recordCluster({ vm: { watchdog } });
      const kinds = filesOf(stateOf(recorder, "db1")).map(({ kind }) => kind);
      assert.equal(kinds.includes("watchdog"), wanted, watchdog);
      const yml = fileOf(stateOf(recorder, "patroni1"), "/etc/patroni/patroni.yml");
      assert.match(yml ?? "", new RegExp(`^watchdog:\\n {2}mode: "?${watchdog}"?$`, "m"));
    }
  });

  it("let hosts of the cluster and networks of clients log in to members", async () => {
    const recorder = await recordCluster({ vm: { clientNetworks: ["192.168.7.0/24"] } });
    const yml = fileOf(stateOf(recorder, "patroni1"), "/etc/patroni/patroni.yml") ?? "";
    const addresses = [...yml.matchAll(/hostssl all all (\S+) scram-sha-256/g)].map(
      ([, one]) => one,
    );
    assert.deepEqual(addresses.slice(-4), [
      ...["10.0.0.1/32", "10.0.0.2/32", "10.0.0.3/32"],
      "192.168.7.0/24",
    ]);
  });

  it("lead a pool to the HAProxy on its own host first", async () => {
    const recorder = await recordCluster();
    const ini = fileOf(stateOf(recorder, "pgbouncer2"), "/etc/pgbouncer/pgbouncer.ini") ?? "";
    assert.match(ini, /host='?10\.0\.0\.2,10\.0\.0\.1,10\.0\.0\.3'? /);
  });

  it("give the virtual address to the interface that holds the host's own", async () => {
    const recorder = await recordCluster(withAddress, {
      db2: { interfaces: { "127.0.0.1": "lo", "10.0.0.2": "bond0.20" } },
    });
    const interfaces = servicesOf("keepalived").map((service) => {
      const conf = fileOf(stateOf(recorder, service), "/etc/keepalived/keepalived.conf") ?? "";
      return /interface (.*)/.exec(conf)?.[1];
    });
    assert.deepEqual(interfaces, ["ens3", "bond0.20", "ens3"]);
  });

  it("are not written at all where no interface holds the host's address", async () => {
    await assert.rejects(
      recordCluster(withAddress, { db2: { interfaces: { "127.0.0.1": "lo" } } }),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error), String(error));
        assert.equal(
          error.message,
          "vm.hosts.db2: no interface there holds 10.0.0.2; set keepalived.interface",
        );
        return true;
      },
    );
  });
});

describe("packages on hosts", () => {
  it("are those of their services, at the stack file's versions, and are let go with the host", async () => {
    const versions = { patroni: "4.0.4-1", haproxy: "3.0.11-1" };
    const postgres = { packages: ["postgresql-17-pgvector", "postgresql-17-cron=1.6"] };
    const recorder = await recordCluster({ vm: { versions }, postgres });
    assert.deepEqual(callOf(stateOf(recorder, "patroni3"), "install_packages"), [
      ...["install_packages", "patroni.service", "patroni=4.0.4-1", "python3-etcd"],
      ...["postgresql-17", "postgresql-client-17", "curl"],
      ...["postgresql-17-pgvector", "postgresql-17-cron=1.6"],
    ]);
    assert.deepEqual(callOf(removalOf(recorder, "db3"), "remove_host"), [
      ...["remove_host", "etcd-server", "etcd-client", "curl", "patroni", "python3-etcd"],
      ...["postgresql-17", "postgresql-client-17", "postgresql-17-pgvector", "postgresql-17-cron"],
      ...["haproxy", "pgbouncer", "postgresql-client"],
    ]);
  });

  it("come from PostgreSQL's repository, or a mirror, only if the stack file says so", async () => {
    const call = "add_postgresql_repository";
    const without = await recordCluster();
    assert.deepEqual(callOf(stateOf(without, "db1"), call), [""]);
    const postgresqlRepository = "https://mirror.example/pub/apt";
    const recorder = await recordCluster({
      vm: { packageSource: "postgresql", postgresqlRepository },
    });
    assert.deepEqual(callOf(stateOf(recorder, "db1"), call), [call, postgresqlRepository]);
  });
});

describe("commands on hosts", () => {
  const sessions = "cluster-databases-sessions-patroni1";

  it("run as the service's user, on the service's host", async () => {
    const recorder = await recordCluster();
    const { inputs } = recorder.named(sessions);
    assert.equal(targetOf(recorder.named(sessions)), "root@10.0.0.1");
    assert.match(
      String(inputs.create),
      /^cd \/; if .*; then 'runuser' '-u' 'postgres' '--' 'sh' '-c' /,
    );
    assert.equal(inputs.update, inputs.create);
  });

  it("are made root's by sudo where the login is another's", async () => {
    const recorder = await recordCluster({ vm: { ssh: { user: "deploy" } } });
    assert.equal(targetOf(recorder.named(sessions)), "deploy@10.0.0.1");
    assert.match(
      String(recorder.named(sessions).inputs.create),
      /then 'sudo' '-n' 'runuser' '-u' 'postgres' '--' 'sh' '-c' /,
    );
    const { inputs } = stateOf(recorder, "etcd1");
    assert.deepEqual([inputs.create, inputs.update], Array(2).fill("'sudo' '-n' 'sh' '-s'"));
    assert.equal(removalOf(recorder, "etcd1").inputs.delete, "'sudo' '-n' 'sh' '-s'");
  });

  it("follow a member that moves to another host", async () => {
    const moved = {
      db1: { address: "10.0.0.1", services: ["etcd1", "patroni3", "haproxy1", "pgbouncer1"] },
      db3: { address: "10.0.0.3", services: ["etcd3", "patroni1", "haproxy3", "pgbouncer3"] },
    };
    const recorder = await recordCluster({ vm: { hosts: { ...threeHosts, ...moved } } });
    assert.equal(targetOf(recorder.named(sessions)), "root@10.0.0.3");
    assert.equal(targetOf(stateOf(recorder, "patroni1")), "root@10.0.0.3");
    assert.equal(targetOf(removalOf(recorder, "patroni3")), "root@10.0.0.1");
  });

  /** The hosts that a command for one of several services may run on. */
  const placesOf = ({ inputs }: Recorded) => [
    ...new Set(
      [...String(inputs.create).matchAll(/'((?:root|deploy)@[\d.]+)'/g)].map(([, to]) => to),
    ),
  ];

  it("that are for the leader ask every member's host, but none that is away", async () => {
    const access = "cluster-patroni-access";
    const all = await recordCluster({ vm: { ssh: { user: "deploy" } } });
    assert.deepEqual(
      placesOf(all.named(access)),
      [1, 2, 3].map((i) => `deploy@10.0.0.${i}`),
    );
    const hosts = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
    const fewer = await recordCluster({ vm: { hosts } });
    assert.deepEqual(
      placesOf(fewer.named(access)),
      [2, 3].map((i) => `root@10.0.0.${i}`),
    );
    assert.ok(fewer.resources.every(({ name }) => name !== sessions));
  });

  it("get the private key by standard input that is a secret", async () => {
    const recorder = await recordCluster({ vm: { ssh: { privateKey: "private-key" } } });
    const { inputs } = recorder.named("cluster-patroni-access");
    assert.ok(!String(inputs.create).includes("private-key"));
    assert.ok(isSecret(inputs.stdin));
    assert.match(String(plain(inputs.stdin)), /^private-key\n-- end of key --\n/);
  });
});

describe("a difference on a host", () => {
  /** Names of the resources that are applied again, with the reason. */
  const appliedAgain = (recorder: Recorder) =>
    recorder
      .ofType(commandType)
      .filter(({ name }) => name.endsWith("-state"))
      .filter(({ ignoreChanges }) => !ignoreChanges.includes("triggers"))
      .map(({ name, inputs }) => [name, String((inputs.triggers as string[])[0])] as const);

  it("makes the program apply exactly what differs again, and a preview says why", async () => {
    const difference = "has changed files: /etc/patroni/patroni.yml";
    const recorder = await recordCluster(withAddress, {
      db2: {
        services: {
          host: { isActive: false, difference: "" },
          patroni2: { isActive: true, difference },
        },
      },
      db3: { services: { host: { isActive: false, difference: "is not set up" } } },
    });
    const again = appliedAgain(recorder);
    assert.deepEqual(again.map(([name]) => name).sort(), ["test-db3-state", "test-patroni2-state"]);
    for (const [name, trigger] of again) {
      const reason = name === "test-db3-state" ? "host is not set up" : `patroni2 ${difference}`;
      assert.ok(trigger.endsWith(`: ${reason}`), trigger);
    }
  });

  it("is none where all is as it was left", async () => {
    assert.deepEqual(appliedAgain(await recordCluster(withAddress)), []);
  });

  it("that is found again is another one: it was put right in between", async () => {
    const findings = {
      db1: { services: { etcd1: { isActive: false, difference: "does not run" } } },
    };
    const [first] = appliedAgain(await record(() => vmCluster({}, findings)));
    const [second] = appliedAgain(await record(() => vmCluster({}, findings)));
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(first[1], second[1]);
  });
});

describe("a host that is away", () => {
  const away = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
  const ofAway = ["db1", ...families.map((family) => `${family}1`)];
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster({ ...withAddress, vm: { hosts: away } });
  });

  it("keeps what it has: no change reaches it", () => {
    for (const owner of ofAway) {
      const { ignoreChanges } = stateOf(recorder, owner);
      for (const property of ["connection", "create", "update", "stdin", "triggers"]) {
        assert.ok(ignoreChanges.includes(property), `${owner}: ${property}`);
      }
      const ofRemoval = removalOf(recorder, owner).ignoreChanges;
      for (const property of ["connection", "stdin"]) {
        assert.ok(ofRemoval.includes(property), `${owner}: ${property}`);
      }
    }
  });

  it("is not logged in to when it leaves the stack file", () => {
    const kept = recorder.resources.filter(({ retainOnDelete }) => retainOnDelete);
    assert.deepEqual(
      kept.map(nameOf).sort(),
      ofAway.flatMap((owner) => [`test-${owner}-removal`, `test-${owner}-state`]).sort(),
    );
  });

  it("does not keep the others from changing", () => {
    for (const owner of ["db2", "etcd2", "patroni3", "keepalived3"]) {
      assert.deepEqual(stateOf(recorder, owner).ignoreChanges, ["triggers"], owner);
      assert.deepEqual(removalOf(recorder, owner).ignoreChanges, [], owner);
    }
  });
});

describe("protection", () => {
  it("is for services that have data: their removal would come first", async () => {
    const recorder = await recordCluster({ ...withAddress, protect: true });
    const kept = recorder.resources.filter(({ protect }) => protect);
    assert.deepEqual(
      kept.map(nameOf).sort(),
      ["etcd", "patroni"].flatMap(servicesOf).map((service) => `test-${service}-removal`),
    );
  });
});

describe("outputs of a cluster on virtual machines", () => {
  /** A cluster and its connection strings. */
  async function clusterWith(input: Partial<SettingsInput>) {
    let cluster: PostgresCluster | undefined;
    await record(() => {
      cluster = vmCluster(input);
    });
    assert.ok(cluster !== undefined);
    const { endpoints, connectionStrings } = cluster;
    const strings = await new Promise<Record<string, ConnectionStrings>>((resolve) => {
      connectionStrings.apply(resolve);
    });
    return { endpoints, strings, isSecret: await pulumi.isSecret(connectionStrings) };
  }
  const at = (port: number, ...addresses: string[]) => addresses.map((host) => ({ host, port }));
  const own = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];

  it("lead to the virtual address, and to the members themselves", async () => {
    const { endpoints } = await clusterWith(withAddress);
    assert.deepEqual(endpoints, {
      write: at(5000, "10.0.0.100"),
      read: at(5001, "10.0.0.100"),
      pool: at(6432, "10.0.0.100"),
      members: at(5432, ...own),
      statsUrl: "https://10.0.0.100:8404/stats",
      metricsUrl: "https://10.0.0.100:8404/metrics",
      restApiUrl: "https://10.0.0.100:8009",
    });
  });

  it("lead to all routers where there is no virtual address: clients try one after the other", async () => {
    const { endpoints, strings, isSecret } = await clusterWith({});
    assert.deepEqual(endpoints.write, at(5000, ...own));
    assert.deepEqual(endpoints.pool, at(6432, ...own));
    assert.equal(endpoints.statsUrl, "https://10.0.0.1:8404/stats");
    const password = `${passwordMark}-cluster-credentials-role-app`;
    const all = (port: number) => own.map((address) => `${address}:${port}`).join(",");
    assert.equal(
      strings.app?.write,
      `postgresql://app:${password}@${all(5000)}/app?sslmode=require`,
    );
    assert.equal(
      strings.app.pooledRead,
      `postgresql://app:${password}@${all(6432)}/app_ro?sslmode=require`,
    );
    assert.ok(strings.app.libpq.includes(`@${all(5432)}/app?`), strings.app.libpq);
    assert.equal(isSecret, true);
  });

  /** Two routers, and a pool on one host. */
  const withPoolOn = (host: string): Partial<SettingsInput> => ({
    ...withAddress,
    haproxy: { instances: 2 },
    pgbouncer: { instances: 1 },
    vm: {
      hosts: Object.fromEntries(
        [1, 2, 3].map((i) => [
          `db${i}`,
          {
            address: `10.0.0.${i}`,
            services: [
              ...[`etcd${i}`, `patroni${i}`],
              ...(i < 3 ? [`haproxy${i}`] : []),
              ...(host === `db${i}` ? ["pgbouncer1"] : []),
            ],
          },
        ]),
      ),
    },
  });
  for (const [host, address, where] of [
    ["db3", "10.0.0.3", "on another host: the virtual address never comes there"],
    ["db1", "10.0.0.1", "on one of the routers' hosts: the virtual address may be elsewhere"],
  ] as const) {
    it(`lead by its own address to a pool ${where}`, async () => {
      const { endpoints } = await clusterWith(withPoolOn(host));
      assert.deepEqual(endpoints.write, at(5000, "10.0.0.100"));
      assert.deepEqual(endpoints.pool, at(6432, address));
    });
  }

  it("lead to a member by its own address, even beside the only router", async () => {
    const { endpoints } = await clusterWith({
      ...withAddress,
      etcd: { members: 1 },
      postgres: { members: 1 },
      haproxy: { instances: 1 },
      pgbouncer: { instances: 1 },
      vm: {
        hosts: {
          db1: { address: "10.0.0.1", services: ["etcd1", "patroni1", "haproxy1", "pgbouncer1"] },
        },
      },
    });
    assert.deepEqual(endpoints.write, at(5000, "10.0.0.100"));
    assert.deepEqual(endpoints.members, at(5432, "10.0.0.1"));
  });
});
