import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { threeHosts } from "../support/models";
import type { Recorded, Recorder } from "../support/mocks";
import {
  fileOf,
  filesOf,
  recordCluster,
  servicesOf,
  stateOf,
  withAddress,
} from "../support/vmGraph";

/** The addresses that a pool finds HAProxy at, in order. */
function routersOf(recorder: Recorder, pool: string): string[] {
  const ini = fileOf(stateOf(recorder, pool), "/etc/pgbouncer/pgbouncer.ini") ?? "";
  return /host='?([\d.,]+)/.exec(ini)?.[1]?.split(",") ?? [];
}

describe("files on hosts", () => {
  /** Path, mode, user and kind of a resource's files. */
  const listOf = (resource: Recorded) =>
    filesOf(resource).map(({ path, mode, user, kind }) => `${path} ${mode} ${user} ${kind}`);

  it("of a pool are the same for another port, but for the one that asks for a restart", async () => {
    const filesFor = async (port: number) =>
      filesOf(stateOf(await recordCluster({ ...withAddress, pgbouncer: { port } }), "pgbouncer1"));
    const [first, second] = [await filesFor(6432), await filesFor(7000)];
    const changed = first.filter(({ content }, i) => content !== second[i]?.content);
    assert.deepEqual(
      changed.map(({ path, kind }) => `${path} ${kind}`),
      ["/etc/pgbouncer/listen.ini restart"],
    );
  });

  it("limit the journal only where the stack file does", async () => {
    const journald = "/etc/systemd/journald.conf.d/hapg.conf";
    const vm = { hosts: threeHosts, journal: { days: 30 } };
    const limited = stateOf(await recordCluster({ vm }), "db1");
    assert.equal(
      fileOf(limited, journald),
      "[Journal]\nStorage=persistent\nMaxRetentionSec=30day\n",
    );
    assert.ok(listOf(limited).includes(`${journald} 644 root journal`));
    assert.equal(fileOf(stateOf(await recordCluster(), "db1"), journald), undefined);
  });

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
        "/etc/etcd/admission 640 etcd restart",
        "/etc/etcd/neighbours 640 etcd restart",
        "/etc/etcd/give-way 750 etcd restart",
        "/etc/etcd/start 750 etcd restart",
        "/etc/etcd/ctl 750 etcd nothing",
        "/etc/etcd/ready 750 etcd nothing",
      ],
      patroni: [
        "/etc/patroni/identity.pem 600 postgres reload",
        "/etc/patroni/ca.pem 640 postgres nothing",
        "/etc/patroni/patroni.yml 640 postgres reload",
        "/etc/patroni/before-stop 640 postgres nothing",
        "/etc/patroni/before-promote 640 postgres nothing",
        "/etc/patroni/cluster.py 750 postgres nothing",
        "/etc/patroni/member-ready 750 postgres nothing",
        "/etc/patroni/reloaded.py 750 postgres nothing",
        ...[
          "guard",
          "boottime",
          "fence",
          "kernel_watchdog",
          "postmaster",
          "watchdog",
          "lease_clock",
        ].map((name) => `/etc/patroni/${name}.py 750 postgres restart`),
        "/etc/patroni/cold_start.py 750 postgres nothing",
        "/etc/patroni/start.json 640 postgres nothing",
      ],
      haproxy: [
        "/etc/haproxy/identity.pem 600 haproxy reload",
        "/etc/haproxy/ca.pem 640 haproxy reload",
        "/etc/haproxy/haproxy.cfg 600 haproxy reload",
      ],
      pgbouncer: [
        "/etc/pgbouncer/identity.pem 600 postgres reload",
        "/etc/pgbouncer/ca.pem 640 postgres reload",
        "/etc/pgbouncer/listen.ini 640 postgres restart",
        "/etc/pgbouncer/pgbouncer.ini 640 postgres reload",
        "/etc/pgbouncer/userlist.txt 600 postgres reload",
      ],
      keepalived: ["/etc/keepalived/keepalived.conf 600 root reload"],
    };
    for (const [family, files] of Object.entries(own)) {
      assert.deepEqual(listOf(stateOf(recorder, `${family}2`)), [...ofUnit(family), ...files]);
    }
  });

  const restarts = "/etc/needrestart/conf.d/hapg.conf 644 root nothing";

  it("are these for a member's host", async () => {
    const recorder = await recordCluster({ vm: { firewall: true } });
    assert.deepEqual(listOf(stateOf(recorder, "db1")), [
      "/etc/postgresql-common/createcluster.conf 644 root packages",
      restarts,
      "/etc/sysctl.d/60-hapg.conf 644 root kernel",
      "/etc/tmpfiles.d/hapg-kernel.conf 644 root kernel",
      "/etc/tmpfiles.d/hapg.conf 644 root tmpfiles",
      "/etc/modules-load.d/hapg.conf 644 root watchdog",
      "/etc/udev/rules.d/60-hapg.rules 644 root watchdog",
      "/etc/hapg/firewall.nft 644 root firewall",
      "/etc/systemd/system/hapg-firewall.service 644 root firewall",
    ]);
  });

  it("are few on a host of routers, and on one of etcd alone", async () => {
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
    assert.deepEqual(listOf(stateOf(recorder, "router")), [restarts, socket]);
    const kernel = "/etc/sysctl.d/60-hapg.conf";
    assert.deepEqual(listOf(stateOf(recorder, "store")), [restarts, `${kernel} 644 root kernel`]);
    assert.doesNotMatch(fileOf(stateOf(recorder, "store"), kernel) ?? "", /^vm\./m);
  });

  it("set up a watchdog of the kernel where one is wanted, for the guard", async () => {
    for (const [watchdog, wanted, options] of [
      ["off", false, ""],
      ["automatic", true, " --kernel /dev/watchdog"],
      ["required", true, " --kernel /dev/watchdog --required"],
    ] as const) {
      const recorder = await recordCluster({ vm: { watchdog } });
      const kinds = filesOf(stateOf(recorder, "db1")).map(({ kind }) => kind);
      assert.equal(kinds.includes("watchdog"), wanted, watchdog);
      const state = stateOf(recorder, "patroni1");
      const yml = parse(fileOf(state, "/etc/patroni/patroni.yml") ?? "") as {
        watchdog: { mode: string; driver?: string };
      };
      assert.equal(yml.watchdog.mode, "required");
      assert.equal(yml.watchdog.driver, "testing");
      const unit = fileOf(state, "/etc/systemd/system/patroni.service.d/hapg.conf") ?? "";
      const guard = `hapg-watchdog /var/lib/postgresql/17/main${options} --fence 5432,8008`;
      const start = "python3 /etc/patroni/cold_start.py";
      const patroni = "python3 /etc/patroni/lease_clock.py /etc/patroni/patroni.yml";
      assert.ok(unit.replaceAll('"', "").includes(`${guard} -- ${start} ${patroni}`), unit);
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
    assert.deepEqual(routersOf(recorder, "pgbouncer2"), ["10.0.0.2", "10.0.0.1", "10.0.0.3"]);
  });

  it("lead a pool to no other host than the one that has the virtual address", async () => {
    const recorder = await recordCluster(withAddress);
    assert.deepEqual(routersOf(recorder, "pgbouncer2"), ["10.0.0.2", "10.0.0.100"]);
  });

  it("lead a pool whose host has no HAProxy to the virtual address first", async () => {
    const db3 = { address: "10.0.0.3", services: ["etcd3", "patroni3", "pgbouncer3"] };
    const hosts = { ...threeHosts, db3 };
    const recorder = await recordCluster({
      ...withAddress,
      haproxy: { instances: 2 },
      vm: { hosts },
    });
    const expected = ["10.0.0.100", "10.0.0.1", "10.0.0.2"];
    assert.deepEqual(routersOf(recorder, "pgbouncer3"), expected);
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
