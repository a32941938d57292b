import assert from "node:assert/strict";
import { lostOf, MemberCluster, sleep } from "../support/memberCluster";
import { settingsOf } from "../support/models";

const quick = { waitSeconds: 8 };

const settings = settingsOf({
  etcd: { members: 1 },
  postgres: { memoryMegabytes: 256 },
  patroni: { loopWaitSeconds: 1, retryTimeoutSeconds: 3, coldStart: quick },
});

// One cluster's life: each step starts from where the one before left it.
describe("a start at which nobody leads", function () {
  this.timeout(600_000);
  this.bail(true);
  const cluster = new MemberCluster(settings);
  const all = cluster.names;
  let next = 0;
  const acknowledged = new Set<number>();
  const write = (member: string, count = 20) => {
    const written = cluster.write(member, next, count);
    next += count;
    assert.equal(written.length, count);
    for (const one of written) acknowledged.add(one);
  };
  const assertNothingLost = (member: string) => {
    assert.deepEqual(lostOf(acknowledged, cluster.rows(member)), []);
  };
  before(() => cluster.begin());
  after(() => cluster.remove());

  it("founds a cluster with the update's permission, and with it only", () => {
    cluster.start("patroni2");
    sleep(2);
    assert.match(cluster.log("patroni2"), /no update has permitted this member to found one/);
    cluster.start("patroni1", "patroni3");
    assert.equal(cluster.awaitLeader(), "patroni1");
    cluster.awaitStreaming(...all);
    cluster.sql("patroni1", "CREATE TABLE written (n int)");
    write("patroni1");
  });

  it("lets the last leader lead, though another member starts first", () => {
    cluster.kill("patroni3");
    write("patroni1");
    cluster.kill("patroni1", "patroni2");
    cluster.forgetLeader();
    cluster.start("patroni3");
    sleep(4);
    assert.equal(cluster.leader(), undefined);
    assert.match(cluster.log("patroni3"), /patroni1 led last, and is not here/);
    cluster.start("patroni2");
    sleep(2);
    cluster.start("patroni1");
    assert.equal(cluster.awaitLeader(), "patroni1");
    cluster.awaitStreaming(...all);
    assertNothingLost("patroni1");
  });
});
