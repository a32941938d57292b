import assert from "node:assert/strict";
import { parseFacts } from "../../../../platforms/vm/facts";

/** Lines as survey.sh prints them, with blanks where it has tabs. */
const output = (...lines: string[][]) => lines.map((line) => `${line.join("\t")}\n`).join("");

const settled = output(
  ["clock", "1700000005250"],
  ["distribution", "debian 13"],
  ["memory", "3915"],
  ["synchronised", "yes"],
  ["owner", "shop organization/hapg/prod"],
  ["listener", "22", "ssh.service", "sshd"],
  ["listener", "5432", "patroni.service", "postgres"],
  ["listener", "111", "-", "-"],
  ["address", "lo", "127.0.0.1"],
  ["address", "ens3", "10.0.0.1"],
  ["address", "ens3", "10.0.0.100"],
  ["free", "/var/lib/postgresql", "17532"],
  ["data", "/var/lib/postgresql/17/main"],
  ["free", "/var/lib/etcd", "17532"],
  ["data", "/var/lib/etcd/member"],
  ["lists", "yes"],
  ["package", "etcd-server", "3.5.16-4+b1"],
  ["package", "patroni", "4.0.4-1"],
  ["package", "postgresql-17", "(none)"],
  ["config", '{"ttl": 20}'],
  ["cluster", '{"members": [{"name": "patroni1"}, {"name": "patroni2", "pending_restart": true}]}'],
  ["patroni", '{"dcs_last_seen": 1}'],
  ["drift", Buffer.from("access\trole app: password\n").toString("base64")],
  ["authority", Buffer.from("-----BEGIN CERTIFICATE-----\n").toString("base64")],
  ["service", "host", "inactive", ""],
  ["service", "etcd1", "active", ""],
  [
    "service",
    "patroni1",
    "failed",
    "has changed files: /etc/patroni/patroni.yml /etc/patroni/cluster.py",
  ],
);

describe("facts about a host", () => {
  it("are read from what the look prints", () => {
    assert.deepEqual(parseFacts(settled, 1700000005000, 1700000005500), {
      skewMilliseconds: 0,
      distribution: "debian 13",
      memoryMegabytes: 3915,
      isContainer: false,
      isSynchronised: true,
      owner: { cluster: "shop", stack: "organization/hapg/prod" },
      listeners: [
        { port: 22, unit: "ssh.service", program: "sshd" },
        { port: 5432, unit: "patroni.service", program: "postgres" },
        { port: 111, unit: "-", program: "-" },
      ],
      interfaces: { "127.0.0.1": "lo", "10.0.0.1": "ens3", "10.0.0.100": "ens3" },
      freeMegabytes: { "/var/lib/postgresql": 17532, "/var/lib/etcd": 17532 },
      data: ["/var/lib/postgresql/17/main", "/var/lib/etcd/member"],
      disks: [],
      packages: {
        "etcd-server": "3.5.16-4+b1",
        patroni: "4.0.4-1",
        "postgresql-17": "(none)",
      },
      running: {
        leader: undefined,
        dynamicConfig: { ttl: 20 },
        founding: undefined,
        trust: [],
        pendingRestart: ["patroni2"],
        drift: [{ kind: "access", what: "role app: password" }],
      },
      authority: "-----BEGIN CERTIFICATE-----\n",
      services: {
        host: { isActive: false, difference: "" },
        etcd1: { isActive: true, difference: "" },
        patroni1: {
          isActive: false,
          difference: "has changed files: /etc/patroni/patroni.yml /etc/patroni/cluster.py",
        },
      },
    });
  });

  it("are the same with a login's greetings and empty lines among them", () => {
    const [first = "", ...others] = settled.split("\n");
    const noisy = ["Welcome to db1!", "", "owner of this machine: ops", first, "", "\t", ...others];
    assert.deepEqual(parseFacts(noisy.join("\n"), 0, 0), parseFacts(settled, 0, 0));
  });

  it("say how far the clock is off, as seen half-way through the look", () => {
    for (const [clock, skew] of [
      [10_000, -1000],
      [11_000, 0],
      [12_500, 1500],
    ] as const) {
      const { skewMilliseconds } = parseFacts(output(["clock", String(clock)]), 10_000, 12_000);
      assert.equal(skewMilliseconds, skew);
    }
  });

  for (const [word, expected] of [
    ["yes", true],
    ["no", false],
    ["unknown", undefined],
    ["", undefined],
  ] as const) {
    it(`say ${String(expected)} of the clock's time service for "${word}"`, () => {
      const { isSynchronised } = parseFacts(output(["synchronised", word]), 0, 0);
      assert.equal(isSynchronised, expected);
    });
  }

  it("say that a container is one", () => {
    assert.equal(parseFacts(output(["container", "yes"]), 0, 0).isContainer, true);
  });

  it("know no owner of a new host, and no version of a system that has none", () => {
    const { owner, distribution } = parseFacts(output(["distribution", "debian "]), 0, 0);
    assert.deepEqual([owner, distribution], [undefined, "debian"]);
  });

  it("know nothing of a running cluster where no member answers", () => {
    const { running } = parseFacts(output(["config", ""], ["cluster", ""]), 0, 0);
    assert.equal(running, undefined);
  });

  it("say nothing about packages that may be in lists not loaded yet, and keep installed ones", () => {
    const { packages } = parseFacts(
      output(
        ["package", "patroni", "(none)"],
        ["package", "haproxy", "3.0.11-1"],
        ["package", "x", ""],
      ),
      0,
      0,
    );
    assert.deepEqual(packages, { haproxy: "3.0.11-1" });
  });
});
