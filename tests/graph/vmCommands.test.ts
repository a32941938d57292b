import assert from "node:assert/strict";
import { isSecret, plain, type Recorded } from "../support/mocks";
import { threeHosts } from "../support/models";
import { recordCluster, removalOf, stateOf, targetOf } from "../support/vmGraph";

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

  it("that change the dynamic configuration run on any member's host that answers", async () => {
    const hosts = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
    const recorder = await recordCluster({ vm: { hosts } });
    for (const name of ["cluster-patroni-dynamic-config", "cluster-patroni-pending-restarts"]) {
      assert.deepEqual(
        placesOf(recorder.named(name)),
        [2, 3].map((i) => `root@10.0.0.${i}`),
      );
      // Who is blamed is known by the place among all members.
      assert.match(String(recorder.named(name).inputs.create), / 101\) .*10\.0\.0\.2.*journalctl/);
    }
  });

  it("prove at the end of an update, on each host but one that is away, what is in effect", async () => {
    const hosts = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
    const recorder = await recordCluster({ vm: { hosts } });
    const proofs = recorder.resources.filter(({ name }) => name.includes("-proof-"));
    assert.deepEqual(proofs.map(targetOf).sort(), ["root@10.0.0.2", "root@10.0.0.3"]);
    const { urn } = recorder.named("cluster-patroni-pending-restarts");
    assert.ok(proofs.every((proof) => recorder.before(proof).has(urn)));
  });

  it("get the private key by standard input that is a secret", async () => {
    const recorder = await recordCluster({ vm: { ssh: { privateKey: "private-key" } } });
    const { inputs } = recorder.named("cluster-patroni-access");
    assert.ok(!String(inputs.create).includes("private-key"));
    assert.ok(isSecret(inputs.stdin));
    assert.match(String(plain(inputs.stdin)), /^private-key\n-- end of key --\n/);
  });
});
