import assert from "node:assert/strict";
import { Client } from "pg";
import type { ClusterUnderTest } from "../../../../lab/cluster/clusterUnderTest";
import { query } from "../../../../lab/writer";
import { dynamicKeysSchema } from "../../../../operations/statusSchema";
import { until } from "../../../../operations/until";
import { onTerminal } from "../../../support/terminal";
import type { CommandLine } from "../../../support/commandLine";

/**
 * Commands that go through Patroni's own state, and through PgBouncer's console. Tests of a healthy
 * cluster, which they leave so.
 */
export function patroniAndPoolCommands(
  cluster: ClusterUnderTest,
  { hapg, done, json, words, environment }: CommandLine,
): void {
  const onPrimary = (sql: string) => done("psql", "--", "-XAtc", sql);

  it("asks on a terminal, and takes no for an answer", async () => {
    const { code, shown } = await onTerminal(words("pool reconnect"), "n\r", environment);
    assert.match(shown, /pgbouncer1: \d+ connections[^]*Continue\? \[y\/N\]/);
    assert.match(shown, /You did not agree\. Nothing was changed\./);
    assert.equal(code, 3);
    const agreed = await onTerminal(words("pool reconnect"), "y\r", environment);
    assert.match(agreed.shown, /All connections are new\./);
    assert.equal(agreed.code, 0, agreed.shown);
  });

  it("changes settings of Patroni that the stack file does not own", async () => {
    const key = "postgresql.parameters.random_page_cost";
    const before = await onPrimary("SHOW random_page_cost");
    const jit = "postgresql.parameters.jit";
    await done("edit-config", `${key}=1.5`, `${jit}=off`, "max_timelines_history=50", "--yes");
    assert.equal(await onPrimary("SHOW jit"), "off");
    assert.equal(await done("psql", "--read", "--", "-XAtc", "SHOW random_page_cost"), "1.5");
    const keys = dynamicKeysSchema.parse(await json("edit-config", "--show"));
    const shown = keys.filter((one) => [key, "max_timelines_history", "ttl"].includes(one.key));
    assert.deepEqual(shown.map((one) => [one.key, one.value, one.setting]).sort(), [
      ["max_timelines_history", 50, null],
      [key, 1.5, null],
      ["ttl", cluster.parsedSettings.patroni.ttlSeconds, "hapg:patroni.ttlSeconds"],
    ]);
    for (const [change, status, reason] of [
      ["ttl=30", 3, /the stack file owns it: change hapg:patroni\.ttlSeconds and run/],
      [`${key}=1.5`, 3, /has these values already/],
      ["check_timelines=true", 2, /did you mean check_timeline\?/],
      ["check_timeline", 2, /write KEY=VALUE/],
    ] as const) {
      const { code, stderr } = await hapg("edit-config", change, "--yes");
      assert.equal(code, status, change);
      assert.match(stderr, reason);
    }
    await done("edit-config", `${key}=null`, `${jit}=null`, "max_timelines_history=null", "--yes");
    assert.equal(await onPrimary("SHOW random_page_cost"), before);
  });

  it("discards what is scheduled", async () => {
    const primary = await cluster.leader();
    const patronictl = (...more: string[]) =>
      done("exec", primary, "--", "patronictl", "-c", "/etc/patroni/patroni.yml", ...more);
    const at = ["--force", "--scheduled", "2099-01-01T03:00+00:00"];
    await patronictl("restart", ...at, cluster.name, primary);
    await patronictl("switchover", ...at, "--leader", primary, cluster.name);
    const { stderr } = await hapg("flush", "--dry-run");
    assert.match(stderr, /Discarded: switchover from patroni\d to any standby at 2099/);
    assert.match(stderr, new RegExp(`Discarded: restart of ${primary} at 2099`));
    await done("flush", "--yes");
    const again = await hapg("flush", "--yes");
    assert.equal(again.code, 3);
    assert.match(again.stderr, /No switchover or restart is scheduled/);
  });

  it("drops the slot of a former member, once that is gone", async () => {
    const key = `/service/${cluster.name}/members/patroni9`;
    const etcdctl = (...more: string[]) => done("exec", "etcd1", "--", "/etc/etcd/ctl", ...more);
    const count = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'patroni9'";
    const entry = {
      ...{ conn_url: "postgres://127.0.0.1:1/postgres", api_url: "https://127.0.0.1:1/patroni" },
      ...{ state: "running", role: "replica", version: "4.0.7", xlog_location: 1, timeline: 1 },
    };
    await etcdctl("put", key, JSON.stringify(entry));
    try {
      assert.ok(await until(20, async () => (await onPrimary(count)) === "1", 500));
      const early = await hapg("remove", "patroni9", "--yes");
      assert.equal(early.code, 3);
      assert.match(early.stderr, /patroni9 still reports to etcd/);
    } finally {
      await etcdctl("del", key);
    }
    const isKnown = async () =>
      (await hapg("remove", "patroni9", "--dry-run")).stderr.includes("still reports");
    assert.ok(await until(20, async () => !(await isKnown()), 500));
    await done("remove", "patroni9", "--yes");
    assert.equal(await onPrimary(count), "0");
    const again = await hapg("remove", "patroni9", "--yes");
    assert.match(again.stderr, /Nothing of patroni9 is left/);
    assert.equal(again.code, 3);
    assert.match((await hapg("remove", "patroni1", "--yes")).stderr, /is in the stack file/);
  });

  it("has the pool prepare statements anew after a schema change", async () => {
    const { write, pooledWrite } = await cluster.strings();
    await query(write, "DROP TABLE IF EXISTS changed");
    await query(write, "CREATE TABLE changed (a int)");
    const client = new Client({ connectionString: pooledWrite });
    await client.connect();
    try {
      const read = () => client.query({ name: "changed", text: "SELECT * FROM changed" });
      await read();
      await query(write, "ALTER TABLE changed ADD b int");
      await assert.rejects(read, /cached plan must not change result type/);
      await done("pool reconnect", "--yes");
      await read();
      // A transaction keeps its connection: the command says so, and ends in time.
      await client.query("BEGIN");
      const { code, stderr } = await hapg("pool reconnect", "--yes", "--timeout", "2");
      assert.equal(code, 1, stderr);
      assert.match(stderr, /1 of the former connections are still in use after 2 s[^]*in app/);
      await client.query("COMMIT");
    } finally {
      await client.end();
    }
    await query(write, "DROP TABLE changed");
  });
}
