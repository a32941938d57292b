import assert from "node:assert/strict";
import type { SettingsInput } from "../../../../configs/settings/schema";
import type { HostFacts } from "../../../../platforms/vm/facts";
import { differentVersions, isAtLeast, refusals } from "../../../../platforms/vm/refusals";
import {
  healthyFacts,
  settledFacts,
  testStack,
  threeHosts,
  vmHostOf,
  vmSettingsOf,
} from "../../../support/models";

type Found = (healthy: HostFacts) => Partial<HostFacts>;

/** What is said against the first of three hosts that is healthy but for what was found. */
function said(found: Found = () => ({}), input: Partial<SettingsInput> = {}): string[] {
  const settings = vmSettingsOf(input);
  const host = vmHostOf("db1", settings);
  const healthy = healthyFacts(host, settings);
  return messages(
    host.name,
    refusals(host, { ...healthy, ...found(healthy) }, settings, testStack),
  );
}

/** The same for a host that the program has set up. */
function saidOfOwn(found: Found = () => ({}), input: Partial<SettingsInput> = {}): string[] {
  const settings = vmSettingsOf(input);
  const host = vmHostOf("db1", settings);
  const settled = settledFacts(host, settings);
  return messages(
    host.name,
    refusals(host, { ...settled, ...found(settled) }, settings, testStack),
  );
}

function messages(host: string, problems: ReturnType<typeof refusals>): string[] {
  assert.deepEqual(
    problems.filter(({ path }) => path !== `vm.hosts.${host}`),
    [],
  );
  return problems.map(({ message }) => message);
}

/** The first host as a router only. */
const routerOnly: Partial<SettingsInput> = {
  etcd: { members: 1 },
  postgres: { members: 1 },
  haproxy: { instances: 1 },
  pgbouncer: { instances: 1 },
  vm: {
    hosts: {
      db1: { address: "10.0.0.1", services: ["haproxy1", "pgbouncer1"] },
      db2: { address: "10.0.0.2", services: ["etcd1", "patroni1"] },
    },
  },
};

const listener =
  (port: number, unit: string, program: string): Found =>
  ({ listeners }) => ({ listeners: [...listeners, { port, unit, program }] });
const active =
  (service: string): Found =>
  ({ services }) => ({ services: { ...services, [service]: { isActive: true, difference: "" } } });
const version =
  (name: string, found: string): Found =>
  ({ packages }) => ({ packages: { ...packages, [name]: found } });

describe("a healthy host", () => {
  it("is not refused, new or set up by the same stack", () => {
    assert.deepEqual(said(), []);
    assert.deepEqual(saidOfOwn(), []);
  });

  it("is not refused with all services running on their ports and data in use", () => {
    const running: Found = () => ({
      listeners: [
        [2379, "etcd.service", "etcd"],
        [2380, "etcd.service", "etcd"],
        [5432, "patroni.service", "postgres"],
        [8008, "patroni.service", "patroni"],
        [5000, "haproxy.service", "haproxy"],
        [6432, "pgbouncer.service", "pgbouncer"],
      ].map(([port, unit, program]) => ({
        port: Number(port),
        unit: String(unit),
        program: String(program),
      })),
      data: ["/var/lib/postgresql/17/main", "/var/lib/etcd/member"],
      freeMegabytes: { "/var/lib/postgresql": 100, "/var/lib/etcd": 100 },
    });
    assert.deepEqual(saidOfOwn(running), []);
  });
});

describe("a host is refused", () => {
  /** What was found, what is said. */
  const cases: [string, Found, string][] = [
    [
      "with a system whose packages are not known to work",
      () => ({ distribution: "debian 11" }),
      "runs debian 11; supported are debian 12, debian 13, ubuntu 24.04, ubuntu 26.04",
    ],
    [
      "with a system that has no name",
      () => ({ distribution: "" }),
      "runs an unknown system; supported are debian 12, debian 13, ubuntu 24.04, ubuntu 26.04",
    ],
    [
      "that belongs to another cluster",
      () => ({ owner: { cluster: "shop", stack: testStack } }),
      `belongs to the cluster shop of stack ${testStack}; choose another host, or remove that cluster and then /var/lib/hapg and its data from this one`,
    ],
    [
      "that belongs to another stack's cluster of this name",
      () => ({ owner: { cluster: "test", stack: "organization/hapg/prod" } }),
      "belongs to the cluster test of stack organization/hapg/prod; if that stack is lost or renamed, take its cluster over: `npm run -s hapg -- adopt --stack test`",
    ],
    [
      "where somebody else's service runs",
      active("haproxy1"),
      "haproxy.service runs there already; stop and disable it, or choose another host",
    ],
    [
      "with data that the program did not make",
      () => ({ data: ["/var/lib/postgresql/15/main"] }),
      "/var/lib/postgresql/15/main contains data that this program did not create; move it away, or choose another host",
    ],
    [
      "with a fixed port in use",
      listener(5432, "postgresql@15-main.service", "postgres"),
      "port 5432, which patroni1 needs, is used by postgres; stop it",
    ],
    [
      "with a port in use that could be another",
      listener(5000, "docker.service", "docker-proxy"),
      "port 5000, which haproxy1 needs, is used by docker-proxy; stop it, or choose another haproxy.writePort",
    ],
    [
      "with too little memory",
      () => ({ memoryMegabytes: 1663 }),
      "has 1663 MiB of memory, and its services may take 1664; lower the memoryMegabytes of postgres or another service",
    ],
    [
      "with too little space for the database",
      ({ freeMegabytes }) => ({ freeMegabytes: { ...freeMegabytes, "/var/lib/postgresql": 2047 } }),
      "has 2047 MiB free for /var/lib/postgresql; 2048 are needed to begin with",
    ],
    [
      "with too little space for etcd",
      ({ freeMegabytes }) => ({ freeMegabytes: { ...freeMegabytes, "/var/lib/etcd": 0 } }),
      "has 0 MiB free for /var/lib/etcd; 2048 are needed to begin with",
    ],
    [
      "with a clock that is behind",
      () => ({ skewMilliseconds: -61_000 }),
      "its clock is 61 s behind this machine's; set up a time service such as chrony on both",
    ],
    [
      "with a clock that is ahead",
      () => ({ skewMilliseconds: 5001 }),
      "its clock is 5 s ahead of this machine's; set up a time service such as chrony on both",
    ],
    [
      "with a clock that nobody keeps right",
      () => ({ isSynchronised: false }),
      "no time service synchronizes its clock; install chrony or systemd-timesyncd",
    ],
    [
      "whose system has no such PostgreSQL",
      version("postgresql-17", "(none)"),
      "debian 13 has no package postgresql-17; set another postgres.version, or vm.packageSource: postgresql",
    ],
    [
      "whose system has no such program",
      version("patroni", "(none)"),
      "debian 13 has no package patroni; set vm.packageSource: postgresql for newer ones",
    ],
    [
      "whose system has a program that is too old",
      version("pgbouncer", "1.18.0-1"),
      "pgbouncer 1.18.0-1 is too old, 1.24 is the oldest that works; set vm.packageSource: postgresql for newer ones",
    ],
  ];
  for (const [title, found, message] of cases) {
    it(title, () => {
      assert.deepEqual(said(found), [message]);
    });
  }

  it("for all reasons at once", () => {
    const all = said((healthy) => ({
      ...active("etcd1")(healthy),
      ...version("haproxy", "1.8.19")(healthy),
      ...listener(6432, "-", "odyssey")(healthy),
      distribution: "debian 10",
      memoryMegabytes: 512,
      isSynchronised: false,
    }));
    assert.equal(all.length, 6, all.join("\n"));
  });
});

describe("the host of a repository", () => {
  const input: Partial<SettingsInput> = {
    backup: { enabled: true },
    vm: {
      hosts: { ...threeHosts, store: { address: "10.0.0.9", services: ["repository1"] } },
    },
  };
  const saidOfStore = (found: Partial<HostFacts>, more: Partial<SettingsInput> = {}) => {
    const settings = vmSettingsOf({ ...input, ...more });
    const host = vmHostOf("store", settings);
    const facts = { ...healthyFacts(host, settings), ...found };
    return messages(host.name, refusals(host, facts, settings, testStack));
  };
  const data = ["/var/lib/pgbackrest/archive/test-7"];

  it("is not refused if it is new", () => {
    assert.deepEqual(saidOfStore({}), []);
  });

  it("is refused with a repository of somebody else, unless a restore is to read it", () => {
    assert.deepEqual(saidOfStore({ data }), [
      "/var/lib/pgbackrest/archive/test-7 contains data that this program did not create; declare hapg:restore to restore from it, move it away, or choose another host",
    ]);
    assert.deepEqual(saidOfStore({ data }, { restore: { id: "first" } }), []);
  });

  it("is refused with an old pgBackRest, and with too little space", () => {
    assert.deepEqual(saidOfStore({ packages: { pgbackrest: "2.50-1" } }), [
      "pgbackrest 2.50-1 is too old, 2.54 is the oldest that works; set vm.packageSource: postgresql for newer ones",
    ]);
    assert.deepEqual(saidOfStore({ freeMegabytes: { "/var/lib/pgbackrest": 100 } }), [
      "has 100 MiB free for /var/lib/pgbackrest; 2048 are needed to begin with",
    ]);
  });

  const versions = (of: Record<string, string>, vm: SettingsInput["vm"] = {}) => {
    const settings = vmSettingsOf({ ...input, vm: { ...input.vm, ...vm } });
    const facts = Object.entries(of).map(([name, pgbackrest]): [string, HostFacts] => {
      const host = vmHostOf(name, settings);
      return [name, { ...healthyFacts(host, settings), packages: { pgbackrest } }];
    });
    return differentVersions(new Map(facts), settings);
  };

  it("has the pgBackRest of the members' hosts: versions do not talk to each other", () => {
    assert.deepEqual(versions({ db1: "2.55.1-1", store: "2.55.1-1.pgdg13+1" }), []);
    assert.deepEqual(versions({ db1: "2.55.1-1", db2: "2.55.1-1", store: "2.57.0-1" }), [
      {
        path: "vm.versions.pgbackrest",
        message:
          "db1 has pgBackRest 2.55.1 and store 2.57.0, which cannot talk to each other; set it to one version that both can install",
      },
    ]);
  });

  it("may have another one before the version of the stack file is installed", () => {
    const wanted = { versions: { pgbackrest: "2.57.0-1" } };
    assert.deepEqual(versions({ db1: "2.55.1-1", store: "2.57.0-1" }, wanted), []);
    const source = { packageSource: "postgresql" as const };
    assert.deepEqual(versions({ db1: "2.55.1-1", store: "2.57.0-1" }, source), []);
  });
});

describe("a host is not refused", () => {
  const cases: [string, Found][] = [
    [
      "with a small difference of clocks, which is that of the look",
      () => ({ skewMilliseconds: 5000 }),
    ],
    ["whose time service is not known", () => ({ isSynchronised: undefined })],
    [
      "that is a container and has the machine's clock",
      () => ({ isContainer: true, isSynchronised: false }),
    ],
    [
      "whose ports are used by what the cluster does not need",
      listener(9100, "-", "node_exporter"),
    ],
    [
      "with just enough memory and space",
      () => ({
        memoryMegabytes: 1664,
        freeMegabytes: { "/var/lib/postgresql": 2048, "/var/lib/etcd": 2048 },
      }),
    ],
    ["whose packages are not known yet", () => ({ packages: {} })],
  ];
  for (const [title, found] of cases) {
    it(title, () => {
      assert.deepEqual(said(found), []);
    });
  }

  it("for its disk when it has no data to hold", () => {
    assert.deepEqual(
      said(() => ({ freeMegabytes: { "/var/lib/postgresql": 0, "/var/lib/etcd": 0 } }), routerOnly),
      [],
    );
  });

  it("for packages that PostgreSQL's repository will have once it is there", () => {
    const input = { vm: { packageSource: "postgresql" as const } };
    assert.deepEqual(said(version("patroni", "(none)"), input), []);
    assert.deepEqual(said(version("pgbouncer", "1.18.0-1"), input), []);
  });
});

describe("a host with exporters", () => {
  const input = { monitoring: { exporters: true } };

  it("is refused with the program that Debian 12 has under the name of PgBouncer's", () => {
    assert.deepEqual(said(version("prometheus-pgbouncer-exporter", "1.7-2.1"), input), [
      "prometheus-pgbouncer-exporter 1.7-2.1 is too old, 1:0.7 is the oldest that works; set " +
        "monitoring.exporters: false, or use a system with newer packages",
    ]);
    assert.deepEqual(said(version("prometheus-pgbouncer-exporter", "1.7-2.1")), []);
  });
});

describe("a host of this stack", () => {
  it("is refused when the repository that it has does not help", () => {
    const input = { vm: { packageSource: "postgresql" as const } };
    assert.deepEqual(saidOfOwn(version("pgbouncer", "1.23.1-1.pgdg13+1"), input), [
      "pgbouncer 1.23.1-1.pgdg13+1 is too old, 1.24 is the oldest that works",
    ]);
  });

  it("is refused when somebody else's program took a port of a service that stopped", () => {
    assert.deepEqual(saidOfOwn(listener(8404, "nginx.service", "nginx")), [
      "port 8404, which haproxy1 needs, is used by nginx; stop it, or choose another haproxy.statsPort",
    ]);
  });

  it("needs memory for Keepalived too, where there is a virtual address", () => {
    const input = { keepalived: { virtualAddress: "10.0.0.100", memoryMegabytes: 100 } };
    assert.match(saidOfOwn(() => ({ memoryMegabytes: 1700 }), input).join(), /may take 1764;/);
    assert.deepEqual(
      saidOfOwn(() => ({ memoryMegabytes: 1764 }), input),
      [],
    );
  });
});

describe("a Debian version", () => {
  const cases: [string, string, boolean][] = [
    ["3.5.16-4", "3.4", true],
    ["3.4", "3.4", true],
    ["3.4~rc1-1", "3.4", true],
    ["3.3.25+dfsg-7", "3.4", false],
    ["1.24.1-1.pgdg13+1", "1.24", true],
    ["1.3.9", "1.24", false],
    ["1:2.3.3-1", "2.2", true],
    ["1:2.0.20-1", "2.2", false],
    ["10.0-1", "9.1", true],
    ["4-1", "3.2", true],
    ["3-1", "3.2", false],
    // An epoch of the oldest one counts: the package had another program before.
    ["1.7-2.1", "1:0.7", false],
    ["1:0.10.2-2", "1:0.7", true],
    ["1:0.6-1", "1:0.7", false],
    ["", "3.2", false],
  ];
  for (const [version, least, expected] of cases) {
    it(`${version || "that is empty"} is ${expected ? "" : "not "}at least ${least}`, () => {
      assert.equal(isAtLeast(version, least), expected);
    });
  }
});
