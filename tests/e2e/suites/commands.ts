import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { inSeconds, print } from "../../../lab/print";
import { query } from "../../../lab/writer";
import { commandLine } from "../../support/commandLine";
import {
  diagnoseSchema,
  eventsSchema,
  statusSchema,
  topologySchema,
} from "../../../operations/statusSchema";
import { patroniAndPoolCommands } from "./commands/patroniAndPool";

/**
 * The command line on a running cluster, as it is installed. It gets the stack file and no backend
 * of Pulumi. Leaves the cluster whole.
 * @param bringBack starts the machine of a member that has crashed, if that is not for an update to
 * do
 */
export function commands(
  cluster: ClusterUnderTest,
  bringBack: (member: string) => Promise<void> = () => Promise.resolve(),
): void {
  const line = commandLine(cluster);
  const { hapg, done, json } = line;
  const statusNow = async () => statusSchema.parse(await json("status"));
  const problemsNow = async () => diagnoseSchema.parse(await json("diagnose"));
  const idsNow = async () => [...new Set((await problemsNow()).map(({ id }) => id))];

  describe("the command line", () => {
    let primary: string;
    let standby: string;
    before(async () => {
      await cluster.untilStreaming();
      primary = await cluster.leader();
      standby = cluster.memberNames.find((name) => name !== primary) ?? "";
    });

    it("shows a healthy cluster, without Pulumi", async () => {
      const started = Date.now();
      const status = await statusNow();
      print(`status: ${inSeconds(Date.now() - started)}`);
      assert.deepEqual(status.problems, []);
      assert.equal(status.primary, primary);
      assert.deepEqual(
        status.members.map(({ name, state }) => ({ name, state })),
        cluster.memberNames.map((name) => ({
          name,
          state: name === primary ? "running" : "streaming",
        })),
      );
      assert.equal(status.etcd.filter(({ role }) => role === "leader").length, 1);
      assert.ok(status.etcd.every(({ hasQuorum }) => hasQuorum));
      assert.ok(status.routers.every(({ writesTo }) => writesTo.join(" ") === primary));
      const text = await done("status");
      for (const name of [...cluster.memberNames, "etcd1", "haproxy1", "pgbouncer1"])
        assert.match(text, new RegExp(`^${name}\\b`, "m"));
      assert.ok(!text.includes("\u001B"), "no colours in a pipe");
      assert.match((await hapg("--version")).stdout, /^\d+\.\d+\.\d+$/);
      assert.equal((await hapg("diagnose")).code, 0);
    });

    it("shows who streams from whom", async () => {
      const { primary: root, detached } = topologySchema.parse(await json("topology"));
      assert.equal(root?.name, primary);
      assert.deepEqual(
        root.standbys.map(({ name }) => name),
        cluster.memberNames.filter((name) => name !== primary),
      );
      assert.deepEqual(detached, []);
      assert.match(await done("topology"), new RegExp(`^└─ ${cluster.memberNames.at(-1)}`, "m"));
    });

    it("shows changes of the primary", async () => {
      const events = eventsSchema.parse(await json("events"));
      const status = await statusNow();
      assert.deepEqual(events.at(-1) ?? null, status.lastFailover);
    });

    it("runs psql and other commands in members", async () => {
      const ask = ["--", "-XAtc", "SELECT pg_is_in_recovery()"];
      assert.equal(await done("psql", ...ask), "f");
      assert.equal(await done("psql", "--read", ...ask), "t");
      assert.equal(await done("psql", "--member", standby, ...ask), "t");
      assert.match(await done("exec", "etcd1", "--", "/etc/etcd/ctl", "member", "list"), /etcd3/);
      const { code } = await hapg("exec", standby, "--", "sh", "-c", "exit 7");
      assert.equal(code, 7, "the command's own exit code");
    });

    it("shows logs of several services, merged by time", async () => {
      const mark = `mark${Date.now()}`;
      await done("psql", "--", "-Xc", `DO $$ BEGIN RAISE WARNING '${mark}'; END $$`);
      assert.match(await done("logs", primary, "--since", "1m", "--grep", mark), new RegExp(mark));
      const lines = (await done("logs", "--since", "2m")).split("\n");
      const times = lines.map((line) => line.split(" ")[0] ?? "");
      assert.deepEqual(times, times.toSorted());
      assert.ok(new Set(lines.map((line) => line.split(" ")[1])).size > 2, "of several services");
    });

    it("refuses what would do harm, and says why", async () => {
      for (const [words, reason] of [
        [["reinit", primary, "--yes"], /is the primary/],
        [["failover", "--to", standby, "--yes"], /is a healthy primary\. Use `hapg switchover/],
        [["restart", standby], /In a script, --yes is needed\. Nothing was changed/],
        [["restart", "--pending", "--yes"], /No member waits for a restart/],
      ] as const) {
        const { code, stderr } = await hapg(...words);
        assert.equal(code, 3, words.join(" "));
        assert.match(stderr, reason);
      }
      assert.equal((await hapg("restrat")).code, 2);
      assert.equal((await hapg("logs", "--since", "yesterday")).code, 2);
      const { code, stderr } = await hapg("logs", "patroni9");
      assert.equal(code, 2);
      assert.match(stderr, /There is no service patroni9\. Known are etcd1/);
      assert.match((await hapg("restart", standby, "--dry-run")).stderr, /nothing was changed/);
    });

    it("pauses and resumes failover", async () => {
      await done("pause", "--yes");
      assert.deepEqual(await idsNow(), ["paused"]);
      assert.equal((await hapg("diagnose")).code, 1);
      await done("resume", "--yes");
      assert.deepEqual(await idsNow(), []);
    });

    patroniAndPoolCommands(cluster, line);

    it("restarts a member, and copies one anew", async () => {
      const started = async () => (await statusNow()).members.find((one) => one.name === standby);
      const before = (await started())?.started ?? "";
      await done("restart", standby, "--yes");
      assert.ok(((await started())?.started ?? "") > before);
      await cluster.greet();
      await done("reinit", standby, "--yes");
      const rows = await done(
        "psql",
        "--member",
        standby,
        "-d",
        "app",
        "--",
        "-XAtc",
        "TABLE greeting",
      );
      assert.equal(rows, "hello");
    });

    it("switches over, and says how long nobody could write", async () => {
      const printed = await done("switchover", "--to", standby);
      const [, seconds] =
        /^Measured write outage through HAProxy: (\d+\.\d) s\.$/m.exec(printed) ?? [];
      assert.ok(Number(seconds) > 0 && Number(seconds) < 15, printed);
      assert.equal((await statusNow()).primary, standby);
      await done("switchover", "--to", primary);
      await cluster.untilStreaming();
    });

    it("drains the leaders' services", async () => {
      const leads = async () => (await statusNow()).etcd.find(({ role }) => role === "leader");
      const before = (await leads())?.name ?? "";
      await done("drain", before, "--yes");
      assert.notEqual((await leads())?.name, before);
      assert.match((await hapg("drain", primary, "--dry-run")).stderr, /another member takes over/);
    });

    it("stops all, and starts all again without a loss", async () => {
      await cluster.greet();
      await done("stop", "--yes");
      assert.equal((await statusNow()).primary, null);
      const remedies = (await problemsNow())
        .filter(({ id }) => ["no-leader", "etcd-no-quorum"].includes(id))
        .map(({ next }) => next.split(" ")[1]);
      assert.deepEqual(remedies, ["start", "start"]);
      await done("start", "--yes");
      await cluster.untilStreaming();
      const { write } = await cluster.strings();
      assert.deepEqual(await query(write, "TABLE greeting"), [{ word: "hello" }]);
      assert.deepEqual(await problemsNow(), []);
      primary = await cluster.leader();
      standby = cluster.memberNames.find((name) => name !== primary) ?? "";
    });

    it("finds a parameter that waits for a restart, and has the command for it", async () => {
      const set = (what: string) =>
        done("psql", "--member", standby, "--", "-Xqc", what, "-c", "SELECT pg_reload_conf()");
      await set("ALTER SYSTEM SET wal_buffers = '2MB'");
      const problems = await problemsNow();
      assert.deepEqual(
        problems.map(({ id, subject, evidence }) => [id, subject, evidence]),
        [["restart-pending", standby, "wal_buffers"]],
      );
      const [, command = "", ...words] = (problems[0]?.next ?? "").split(" ");
      assert.deepEqual([command, words], ["restart", ["--stack", cluster.name, standby]]);
      await done(command, standby, "--yes");
      assert.deepEqual(await idsNow(), []);
      await set("ALTER SYSTEM RESET wal_buffers");
      assert.deepEqual(await idsNow(), ["restart-pending"]);
      await done("restart", "--pending", "--yes");
      assert.deepEqual(await idsNow(), []);
    });

    it("finds a member that is gone, and still answers", async () => {
      await cluster.environment.crash(standby);
      const started = Date.now();
      const { code, stdout } = await hapg("diagnose", "--json");
      print(`diagnose while a member is gone: ${inSeconds(Date.now() - started)}`);
      assert.equal(code, 2);
      const ids = diagnoseSchema.parse(JSON.parse(stdout)).map(({ id, subject }) => [id, subject]);
      assert.ok(ids.some(([id, subject]) => id === "member-unreachable" && subject === standby));
      assert.equal((await hapg("status")).code, 0);
    });

    it("brings it back, and is healthy again", async () => {
      await bringBack(standby);
      await cluster.up();
      await cluster.untilStreaming();
      const { write } = await cluster.strings();
      assert.deepEqual(await query(write, "TABLE greeting"), [{ word: "hello" }]);
      assert.deepEqual(await problemsNow(), []);
    });
  });
}
