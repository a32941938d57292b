import assert from "node:assert/strict";
import { foundingFiles } from "../../configs/patroni/coldStart";
import { paths } from "../../configs/cluster/paths";
import { lostOf, MemberCluster, sleep } from "../support/memberCluster";
import { settingsOf } from "../support/models";

const waitSeconds = 6;
const data = paths.pgData(17);
const initdb = "/usr/lib/postgresql/17/bin/initdb";

const settingsWith = ({ nofailover = "", wait = waitSeconds } = {}) =>
  settingsOf({
    etcd: { members: 1 },
    postgres: {
      memoryMegabytes: 256,
      ...(nofailover === "" ? {} : { tags: { [nofailover]: { nofailover: true } } }),
    },
    patroni: { loopWaitSeconds: 1, retryTimeoutSeconds: 3, coldStart: { waitSeconds: wait } },
  });

// One cluster's life: each step starts from where the one before left it.
describe("a start with obstacles", function () {
  this.timeout(600_000);
  this.bail(true);
  const cluster = new MemberCluster(settingsWith());
  const { sandbox, names } = cluster;
  const acknowledged = new Set<number>();
  let next = 0;
  const write = (member: string, count = 20) => {
    for (const one of cluster.write(member, next, count)) acknowledged.add(one);
    next += count;
  };
  const assertNothingLost = (member: string) => {
    assert.deepEqual(lostOf(acknowledged, cluster.rows(member)), []);
  };
  const awaitLog = (member: string, text: RegExp, seconds = 30) => {
    sandbox.waitFor(member, seconds, () => text.test(sandbox.log(member)));
  };
  const allOff = () => {
    cluster.kill(...names);
    cluster.forgetLeader();
  };
  const othersOf = (leader: string) => names.filter((name) => name !== leader);
  before(() => cluster.begin());
  after(() => cluster.remove());

  it("takes a founding that was cut short for none, and founds with a new permission only", () => {
    cluster.start("patroni1");
    sandbox.waitFor(
      "patroni1",
      30,
      () => sandbox.execute("patroni1", "test", "-e", `${data}/PG_VERSION`).status === 0,
    );
    cluster.kill("patroni1");
    cluster.start("patroni1");
    awaitLog("patroni1", /no update has permitted this member to found one/);
    assert.equal(sandbox.execute("patroni1", "test", "-e", foundingFiles.begun).status, 0);
    cluster.kill("patroni1");
    cluster.permitFounding("patroni1");
    cluster.start(...names);
    assert.equal(cluster.awaitLeader(), "patroni1");
    assert.match(sandbox.log("patroni1"), /a founding was interrupted/);
    cluster.awaitStreaming(...names);
    assert.notEqual(sandbox.execute("patroni1", "test", "-e", foundingFiles.begun).status, 0);
    cluster.sql("patroni1", "CREATE TABLE written (n int)");
    write("patroni1");
  });

  it("costs a member that restarts under a leader less than half a second", () => {
    const script =
      `sed 's#data_dir: .*#data_dir: /tmp/none/17/main#' ${paths.patroniYml} >/tmp/other.yml; ` +
      `export HAPG_PATRONI_YML=/tmp/other.yml; for i in 1 2 3 4 5; do a=$(date +%s%N); ` +
      `python3 -B ${paths.coldStart} true; echo $((($(date +%s%N) - a) / 1000000)); done`;
    const { output } = sandbox.execute("patroni2", "sh", "-c", script);
    const milliseconds = output.trim().split("\n").map(Number);
    console.log(`        ${milliseconds.join(", ")} ms from start to exec`);
    // Others use the machine, too.
    assert.ok(Math.min(...milliseconds) < 500, output);
  });

  it("stops and reloads at once while it waits, and goes on when etcd is back", () => {
    cluster.kill("patroni3");
    write("patroni1");
    allOff();
    cluster.change(settingsWith({ wait: 15 }));
    cluster.start("patroni3");
    awaitLog("patroni3", /patroni1 led last, and is not here/);
    sandbox.signal("patroni3", "HUP");
    sandbox.stop("etcd1");
    awaitLog("patroni3", /waits: .*etcd1/);
    sleep(15);
    cluster.startEtcd();
    // The wait for a disk begins anew: that one may have been as long without etcd.
    sleep(2);
    assert.doesNotMatch(sandbox.log("patroni3"), /stopped:/);
    assert.equal(cluster.leader(), undefined);
    const begin = Date.now();
    sandbox.halt("patroni3");
    assert.ok(Date.now() - begin < 3000, `${Date.now() - begin} ms to stop`);
    cluster.change(settingsWith());
  });

  it("takes a certificate that is renewed while it waits", async () => {
    await cluster.certify("patroni3", -1);
    cluster.start("patroni3");
    awaitLog("patroni3", /waits: .*expired/i);
    const { identity } = await cluster.certify("patroni3");
    const file = paths.identityOf(paths.patroniConfig);
    sandbox.executeWith(identity, "patroni3", "sh", "-c", `cat >${file}`);
    awaitLog("patroni3", /patroni1 led last, and is not here/);
    assert.equal(sandbox.restarts("patroni3"), 0);
    cluster.kill("patroni3");
  });

  it("survives kills at any moment", () => {
    cluster.start(...names);
    for (let i = 0; i < 12 && cluster.leader() === undefined; i++) {
      for (const name of names) {
        sandbox.execute(name, "pkill", "-9", "-f", "cold_start.py patroni");
      }
      sleep(0.3);
    }
    assert.equal(cluster.awaitLeader(), "patroni1");
    cluster.awaitStreaming(...names);
    assertNothingLost("patroni1");
  });

  it("goes on by the setting that the stopped start has named, without a restart", () => {
    cluster.kill("patroni3");
    write("patroni1");
    allOff();
    cluster.start("patroni3");
    awaitLog("patroni3", /set patroni.coldStart.lead to "/);
    const [, lead = ""] = /coldStart\.lead to "([^"]+)"/.exec(sandbox.log("patroni3")) ?? [];
    assert.match(
      sandbox.execute("patroni3", "cat", paths.startStopped).output,
      /patroni1 led last/,
    );
    const plan = sandbox.execute("patroni3", "cat", paths.startPlan).output;
    // Neither what it cannot read nor what holds for another state matters.
    for (const text of ["{", plan.replace('"lead": null', '"lead": "patroni3 at 1/0/1"')]) {
      sandbox.executeWith(text, "patroni3", "sh", "-c", `cat >${paths.startPlan}`);
      sleep(2);
      assert.equal(cluster.leader(), undefined);
    }
    const text = plan.replace('"lead": null', `"lead": "${lead}"`);
    sandbox.executeWith(text, "patroni3", "sh", "-c", `cat >${paths.startPlan}`);
    assert.equal(cluster.awaitLeader(), "patroni3");
    assert.equal(sandbox.restarts("patroni3"), 0);
    const held = cluster.rows("patroni3");
    for (const one of lostOf(acknowledged, held)) acknowledged.delete(one);
    cluster.start("patroni1", "patroni2");
    cluster.awaitStreaming(...names);
    write("patroni3");
  });

  it("lets whom it has chosen lead, whatever etcd has kept", () => {
    const leader = cluster.awaitLeader();
    allOff();
    cluster.lose(leader);
    const position = (JSON.parse(cluster.key("status")) as { optime: number }).optime;
    cluster.putKey("status", JSON.stringify({ optime: position + 2 ** 26 }));
    cluster.putKey("failsafe", JSON.stringify({ [leader]: `https://${leader}:8008/patroni` }));
    cluster.putKey("failover", JSON.stringify({ leader: "patroni2", member: leader }));
    cluster.deleteKey("initialize");
    cluster.start(...names);
    const now = cluster.awaitLeader();
    assert.notEqual(now, leader);
    assertNothingLost(now);
    cluster.awaitStreaming(...names);
    write(now);
  });

  it("lets one of two standbys lead that have a quorum, though neither runs", () => {
    const leader = cluster.awaitLeader();
    cluster.configure({ synchronous_mode: "quorum" });
    sandbox.waitFor("etcd1", 30, () => /"quorum": ?1/.test(cluster.key("sync")));
    write(leader);
    allOff();
    cluster.lose(leader);
    cluster.start(...othersOf(leader));
    const now = cluster.awaitLeader();
    assertNothingLost(now);
    cluster.start(leader);
    cluster.awaitStreaming(...names);
    cluster.configure({ synchronous_mode: false });
    sandbox.waitFor(
      "etcd1",
      30,
      () => cluster.key("sync") === "" || /"leader": ?null/.test(cluster.key("sync")),
    );
  });

  it("does not wait for a member that was to lead at an earlier start", () => {
    const leader = cluster.awaitLeader();
    const [standby = "", other = ""] = othersOf(leader);
    cluster.change(settingsWith({ nofailover: standby }));
    cluster.start(standby);
    cluster.awaitStreaming(...names);
    cluster.kill(other, leader);
    cluster.putKey("cold_start", JSON.stringify({ leader: standby, reason: "of an earlier day" }));
    cluster.forgetLeader();
    cluster.start(leader);
    assert.equal(cluster.awaitLeader(30), leader);
    cluster.change(settingsWith());
    cluster.start(other, standby);
    cluster.awaitStreaming(...names);
  });

  it("does not let an older copy lead that has the leader's lease", () => {
    const leader = cluster.awaitLeader();
    const others = othersOf(leader);
    cluster.kill(leader);
    cluster.copy(leader, "keep");
    cluster.start(leader);
    assert.equal(cluster.awaitLeader(), leader);
    cluster.awaitStreaming(...names);
    write(leader);
    sleep(2);
    cluster.kill(...names);
    cluster.copy(leader, "restore");
    assert.equal(cluster.key("leader"), leader, "the test took longer than the lease");
    cluster.start(leader);
    awaitLog(leader, /its disk is older than what it wrote as the leader/);
    cluster.forgetLeader();
    cluster.start(...others);
    const now = cluster.awaitLeader();
    assert.notEqual(now, leader);
    assertNothingLost(now);
    cluster.awaitStreaming(...names);
  });

  it("waits in a paused cluster, too", () => {
    const leader = cluster.awaitLeader();
    const [first = "", second = ""] = othersOf(leader);
    cluster.kill(first);
    write(leader);
    cluster.configure({ pause: true });
    allOff();
    cluster.start(first);
    sleep(4);
    cluster.configure({ pause: false });
    awaitLog(first, new RegExp(`${leader} led last, and is not here`));
    cluster.configure({ pause: true });
    cluster.start(second, leader);
    awaitLog(leader, /is to lead/);
    cluster.configure({ pause: false });
    assert.equal(cluster.awaitLeader(), leader);
    assertNothingLost(leader);
    cluster.awaitStreaming(...names);
  });

  it("leaves the data of another cluster as it is, and names it", () => {
    const leader = cluster.awaitLeader();
    const [other = ""] = othersOf(leader);
    cluster.kill(other);
    cluster.prepare(
      other,
      [
        `rm -rf ${data}`,
        `setpriv --reuid postgres --regid postgres --clear-groups ${initdb} -D ${data} >/dev/null`,
        `echo mine >${data}/note`,
      ].join(" && "),
    );
    cluster.start(other);
    awaitLog(other, /its data is another cluster's \(system identifier \d+, this one's is \d+\)/);
    assert.match(sandbox.execute(other, "cat", paths.startStopped).output, /another cluster's/);
    assert.equal(sandbox.execute(other, "cat", `${data}/note`).output.trim(), "mine");
    assert.equal(cluster.leader(), leader);
  });
});
