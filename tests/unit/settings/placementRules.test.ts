import assert from "node:assert/strict";
import { SettingsError } from "../../../configs/settings/parse";
import type { SettingsInput } from "../../../configs/settings/schema";
import { settingsOf, threeHosts, vmSettingsOf } from "../../support/models";

/** What is said about settings, a line for each problem. */
function said(parse: () => unknown): string[] {
  try {
    parse();
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

/** Services by host. The first host has the address 10.0.0.1, the next 10.0.0.2, and so on. */
type Placement = Record<string, string[]>;

const hostsOf = (placement: Placement, zones: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries(placement).map(([name, services], i) => {
      const zone = zones[name];
      const host = { address: `10.0.0.${i + 1}`, services };
      return [name, zone === undefined ? host : { ...host, zone }];
    }),
  );

/** One of each service, unless the input says otherwise. */
const one: Partial<SettingsInput> = {
  etcd: { members: 1 },
  postgres: { members: 1 },
  haproxy: { instances: 1 },
  pgbouncer: { instances: 1 },
};

const problemsOf = (placement: Placement, input: Partial<SettingsInput> = {}) =>
  said(() => vmSettingsOf({ ...one, ...input, vm: { hosts: hostsOf(placement) } }));

const everything = ["etcd1", "patroni1", "haproxy1", "pgbouncer1"];

describe("services are placed", () => {
  it("on one host each, and no two of a kind together", () => {
    assert.deepEqual(
      said(() => vmSettingsOf()),
      [],
    );
    assert.deepEqual(problemsOf({ a: everything }), []);
    assert.deepEqual(
      problemsOf({ a: ["pgbouncer1"], b: ["haproxy1", "etcd1"], c: ["patroni1"] }),
      [],
    );
  });

  it("or the settings name those that are not, all in one line", () => {
    assert.deepEqual(problemsOf({ a: ["etcd1", "haproxy1"] }), [
      "vm.hosts: no host runs patroni1, pgbouncer1",
    ]);
  });

  it("or, without any host, name all of them", () => {
    assert.deepEqual(problemsOf({}), [
      "vm.hosts: no host runs etcd1, patroni1, haproxy1, pgbouncer1",
    ]);
  });

  it("once only", () => {
    assert.deepEqual(problemsOf({ a: everything, b: ["haproxy1"] }), [
      "vm.hosts.b.services: haproxy1 is also on a; it can be on only one host",
    ]);
    assert.deepEqual(problemsOf({ a: [...everything, "etcd1"] }), [
      "vm.hosts.a.services: etcd1 is also on a; it can be on only one host",
    ]);
  });

  it("not together with another of their kind: both would be lost at once", () => {
    assert.deepEqual(problemsOf({ a: [...everything, "patroni2"] }, { postgres: { members: 2 } }), [
      "vm.hosts.a.services: patroni1 and patroni2 cannot share a host: both would be lost with it",
    ]);
  });

  for (const [service, problem] of [
    ["etcd2", "etcd2 is not a service of this cluster: etcd.members is 1"],
    ["patroni4", "patroni4 is not a service of this cluster: postgres.members is 1"],
    ["haproxy2", "haproxy2 is not a service of this cluster: haproxy.instances is 1"],
    ["pgbouncer9", "pgbouncer9 is not a service of this cluster: pgbouncer.instances is 1"],
    ["etcd0", "etcd0 is not a service of this cluster: etcd.members is 1"],
  ] as const) {
    it(`if there are as many: ${problem}`, () => {
      assert.deepEqual(problemsOf({ a: everything, b: [service] }), [
        `vm.hosts.b.services: ${problem}`,
      ]);
    });
  }

  // keepalived1 comes by itself; the last one is a name that every JavaScript object knows.
  for (const service of ["mysql1", "keepalived1", "constructor"]) {
    it(`if the program knows them: not ${service}`, () => {
      assert.deepEqual(problemsOf({ a: everything, b: [service] }), [
        `vm.hosts.b.services: ${service} is not a service; known are etcd1, patroni1, haproxy1, pgbouncer1 and so on`,
      ]);
    });
  }
});

describe("the repository of backups is placed", () => {
  const backup = { enabled: true };

  it("on a host that the stack file names, with or without a member", () => {
    assert.deepEqual(problemsOf({ a: [...everything, "repository1"] }, { backup }), []);
    assert.deepEqual(problemsOf({ a: everything, store: ["repository1"] }, { backup }), []);
  });

  it("or the settings say where it belongs", () => {
    assert.deepEqual(problemsOf({ a: everything }, { backup }), [
      "vm.hosts: no host runs repository1; add repository1 to the services of a host, best of one without a member",
    ]);
  });

  it("only if there are backups, and once", () => {
    assert.deepEqual(problemsOf({ a: [...everything, "repository1"] }), [
      "vm.hosts.a.services: repository1 is not a service of this cluster: backup.enabled is false",
    ]);
    assert.deepEqual(
      problemsOf({ a: [...everything, "repository1"], b: ["repository2"] }, { backup }),
      [
        "vm.hosts.b.services: repository2 is not a service of this cluster: its only repository is repository1",
      ],
    );
  });

  it("but the services beside members are not", () => {
    const [problem = ""] = problemsOf({ a: [...everything, "repository1", "backup1"] }, { backup });
    assert.match(problem, /^vm\.hosts\.a\.services: backup1 is not a service; known are/);
  });
});

describe("addresses of hosts", () => {
  it("differ", () => {
    const hosts = {
      a: { address: "10.0.0.1", services: everything.slice(0, 2) },
      b: { address: "10.0.0.1", services: everything.slice(2) },
    };
    assert.deepEqual(
      said(() => vmSettingsOf({ ...one, vm: { hosts } })),
      ["vm.hosts.b.address: 10.0.0.1 is also the address of a"],
    );
  });

  it("are not the virtual address, which moves", () => {
    assert.deepEqual(
      problemsOf({ a: everything }, { keepalived: { virtualAddress: "10.0.0.1" } }),
      ["vm.hosts.a.address: is also keepalived.virtualAddress, which moves between hosts"],
    );
  });
});

describe("zones", () => {
  /** What is said about {@link threeHosts} in these zones. */
  const inZones = (...zones: (string | undefined)[]) => {
    const entries = Object.entries(threeHosts).map(([name, host], i) => {
      const zone = zones[i];
      return [name, zone === undefined ? host : { ...host, zone }] as const;
    });
    return said(() => vmSettingsOf({ vm: { hosts: Object.fromEntries(entries) } }));
  };

  it("may be left out, or be one for each host", () => {
    assert.deepEqual(inZones(), []);
    assert.deepEqual(inZones("a", "b", "c"), []);
  });

  it("may be one for all: then there is nothing to spread over", () => {
    assert.deepEqual(inZones("a", "a", "a"), []);
  });

  it("may be two: one of them has most of etcd, whatever one does", () => {
    assert.deepEqual(inZones("a", "a", "b"), []);
  });

  /** etcd on the first three hosts, members on the last two; in which zone each host is. */
  const fiveHosts = (zones: Record<string, string>, input: Partial<SettingsInput> = {}) => {
    const hosts = hostsOf(
      {
        h1: ["etcd1", "haproxy1"],
        h2: ["etcd2", "pgbouncer1"],
        h3: ["etcd3"],
        h4: ["patroni1"],
        h5: ["patroni2"],
      },
      zones,
    );
    return said(() =>
      vmSettingsOf({
        ...one,
        etcd: { members: 3 },
        postgres: { members: 2 },
        ...input,
        vm: { hosts },
      }),
    );
  };

  it("hold no majority of etcd where there are three", () => {
    assert.deepEqual(fiveHosts({ h1: "a", h2: "a", h3: "b", h4: "b", h5: "c" }), [
      "vm.hosts: zone a has 2 of 3 etcd members: without it etcd has no quorum and writes stop; spread them",
    ]);
    assert.deepEqual(fiveHosts({ h1: "a", h2: "b", h3: "c", h4: "b", h5: "c" }), []);
  });

  it("do not hold all members where there are two", () => {
    assert.deepEqual(fiveHosts({ h1: "a", h2: "a", h3: "b", h4: "b", h5: "b" }), [
      "vm.hosts: zone b has all members: no member could take over if it is lost; spread them",
    ]);
  });

  it("may hold all of a service that there is one of", () => {
    const placement = { a: ["etcd1", "patroni1"], b: ["haproxy1"], c: ["pgbouncer1"] };
    const hosts = hostsOf(placement, { a: "x", b: "y", c: "z" });
    assert.deepEqual(
      said(() => vmSettingsOf({ ...one, vm: { hosts } })),
      [],
    );
  });
});

describe("ports on one host", () => {
  it("differ between its services; the setting that can be changed is named", () => {
    assert.deepEqual(problemsOf({ a: everything }, { pgbouncer: { instances: 1, port: 5432 } }), [
      "pgbouncer.port: port 5432 is used by patroni1 and pgbouncer1 on a",
    ]);
    assert.deepEqual(
      problemsOf({ a: everything }, { haproxy: { instances: 1, writePort: 2379 } }),
      ["haproxy.writePort: port 2379 is used by etcd1 and haproxy1 on a"],
    );
  });

  it("differ whatever the order of the list", () => {
    const turned = [...everything].reverse();
    assert.deepEqual(problemsOf({ a: turned }, { pgbouncer: { instances: 1, port: 8008 } }), [
      "pgbouncer.port: port 8008 is used by patroni1 and pgbouncer1 on a",
    ]);
  });

  it("may be the same on different hosts", () => {
    const placement = { a: ["etcd1", "patroni1"], b: ["haproxy1"], c: ["pgbouncer1"] };
    const input = {
      haproxy: { instances: 1, writePort: 5432, readPort: 2379 },
      pgbouncer: { instances: 1, port: 5432 },
    };
    assert.deepEqual(problemsOf(placement, input), []);
  });
});

describe("on Docker", () => {
  const onDocker = (input: Partial<SettingsInput>) => said(() => settingsOf(input));

  it("there are no several routers and no virtual address: one Engine publishes each port once", () => {
    const input = {
      haproxy: { instances: 2 },
      pgbouncer: { instances: 3 },
      keepalived: { virtualAddress: "10.0.0.9" },
    };
    assert.deepEqual(onDocker(input), [
      "haproxy.instances: more than 1 needs platform: vm",
      "pgbouncer.instances: more than 1 needs platform: vm",
      "keepalived.virtualAddress: needs platform: vm",
    ]);
  });

  it("hosts may stay in the stack file: they are not looked at", () => {
    const hosts = { a: { address: "10.0.0.1", services: ["etcd1", "mysql1"] } };
    assert.deepEqual(onDocker({ vm: { hosts } }), []);
  });
});

describe("on virtual machines", () => {
  it("ports of members' containers are not looked at", () => {
    assert.deepEqual(problemsOf({ a: everything }, { docker: { memberPort: 6432 } }), []);
  });

  it("all problems are named at once", () => {
    const hosts = {
      a: { address: "10.0.0.1", services: ["etcd1", "etcd2", "patroni1", "mysql1"] },
      b: { address: "10.0.0.1", services: ["patroni1", "pgbouncer1"] },
    };
    const input = { keepalived: { virtualAddress: "10.0.0.1" }, etcd: { members: 3 as const } };
    assert.deepEqual(
      said(() => vmSettingsOf({ ...one, ...input, vm: { hosts } })),
      [
        "vm.hosts: no host runs etcd3, haproxy1",
        "vm.hosts.a.services: mysql1 is not a service; known are etcd1, patroni1, haproxy1, pgbouncer1 and so on",
        "vm.hosts.b.services: patroni1 is also on a; it can be on only one host",
        "vm.hosts.a.services: etcd1 and etcd2 cannot share a host: both would be lost with it",
        "vm.hosts.a.address: is also keepalived.virtualAddress, which moves between hosts",
        "vm.hosts.b.address: 10.0.0.1 is also the address of a",
        "vm.hosts.b.address: is also keepalived.virtualAddress, which moves between hosts",
      ],
    );
  });
});
