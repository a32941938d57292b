import assert from "node:assert/strict";
import { lsn, PostgresBox } from "../support/postgresBox";

/** Fills the WAL up to the end of a page, by a message that fits. */
const fillPage = `DO \\$\\$
DECLARE
  at pg_lsn; room int; overhead int; size int := 8192;
BEGIN
  at := pg_current_wal_insert_lsn();
  WHILE size - (at - '0/0') % size < 2000 LOOP
    PERFORM pg_logical_emit_message(false, 'x', repeat('a', 500));
    at := pg_current_wal_insert_lsn();
  END LOOP;
  PERFORM pg_logical_emit_message(false, 'x', repeat('a', 800));
  overhead := pg_current_wal_insert_lsn() - at - 800;
  at := pg_current_wal_insert_lsn();
  room := size - (at - '0/0') % size;
  PERFORM pg_logical_emit_message(false, 'x', repeat('a', room - overhead), true);
END \\$\\$`;

// One container; each case makes a server of its own or goes on with the one before.
describe("what a data directory says of itself", function () {
  this.timeout(120_000);
  let box: PostgresBox;
  before(() => {
    box = new PostgresBox();
  });
  after(() => box.remove());

  const flushed = () => lsn(box.sql("SELECT pg_current_wal_flush_lsn()"));

  /** Kills a server, and compares with what PostgreSQL itself said before and finds afterwards. */
  function assertEnds(name: string, expected: number): void {
    box.kill(name);
    const { end, last, timeline } = box.facts(name);
    assert.equal(end, expected, "end of WAL");
    assert.equal(last, box.redoneUntil(name), "last record");
    assert.equal(timeline, Number(box.sql("SELECT timeline_id FROM pg_control_checkpoint()")));
  }

  it("ends where a commit did", () => {
    box.initialise("a", 1);
    box.start("a");
    box.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
    assertEnds("a", flushed());
  });

  it("ends at the checkpoint of a clean stop, or at the last commit before an immediate one", () => {
    box.stop("a", "fast");
    const { last, state, system } = box.facts("a");
    const control = box.run("LC_ALL=C pg_controldata $D/a");
    assert.equal(last, lsn(/Latest checkpoint location: +(\S+)/.exec(control)?.[1] ?? ""));
    assert.equal(system, /identifier: +(\d+)/.exec(control)?.[1]);
    assert.equal(state, "shut down");
    box.start("a");
    box.sql("INSERT INTO t VALUES (1)");
    const end = flushed();
    box.stop("a", "immediate");
    assert.equal(box.facts("a").end, end);
    box.start("a");
  });

  it("ends at the end of a page", () => {
    box.sql(fillPage);
    const end = flushed();
    assert.equal(end % 8192, 0, "the test did not hit the end of a page");
    assertEnds("a", end);
  });

  it("ends at the end of a segment", () => {
    box.sql("INSERT INTO t VALUES (1)");
    box.sql("SELECT pg_switch_wal()");
    const end = flushed();
    assert.equal(end % 2 ** 20, 0);
    assertEnds("a", end);
  });

  it("ends after a record across pages, and after one across segments", () => {
    for (const bytes of [20_000, 5_000_000]) {
      box.sql(`SELECT pg_logical_emit_message(false, 'x', repeat('a', ${bytes}), true)`);
      assertEnds("a", flushed());
    }
  });

  it("does not count segments that are kept for later use", () => {
    box.sql("INSERT INTO t SELECT generate_series(1, 100000)");
    box.sql("CHECKPOINT");
    box.sql("INSERT INTO t VALUES (1)");
    const end = flushed();
    const names = box.run("ls $D/a/pg_wal | grep -E '^[0-9A-F]{24}$'").split("\n");
    const current = box.sql("SELECT pg_walfile_name(pg_current_wal_lsn())");
    assert.ok((names.sort().at(-1) ?? "") > current, "nothing was kept for later use");
    assertEnds("a", end);
  });

  it("reads around a segment that was never written to", () => {
    box.sql("INSERT INTO t VALUES (1)");
    const end = flushed();
    // In a folder of its own, so that its name is the first that a program finds there.
    box.run(
      "cd $D/a; n=$(ls pg_wal | grep -E '^[0-9A-F]{24}$' | tail -n 1); mv pg_wal used; mkdir pg_wal; " +
        "head -c 1048576 /dev/zero >pg_wal/$(printf '%s%08X' ${n%????????} $((0x${n#????????????????} + 1))); " +
        "mv used/* pg_wal",
    );
    assertEnds("a", end);
  });

  it("ends on a timeline that begins in the midst of a segment", () => {
    box.sql("INSERT INTO t VALUES (1)");
    box.stop("a", "fast");
    const { last } = box.facts("a");
    box.run("touch $D/a/standby.signal");
    box.start("a");
    box.sql("SELECT pg_promote()");
    box.sql("INSERT INTO t VALUES (1)");
    const end = flushed();
    box.kill("a");
    const facts = box.facts("a");
    assert.equal(facts.timeline, 2);
    assert.equal(facts.end, end);
    assert.equal(facts.history?.length, 1);
    assert.ok((facts.history[0]?.[1] ?? 0) > (last ?? 0));
    assert.equal(facts.last, box.redoneUntil("a"));
  });

  it("passes over histories that only mark a timeline as taken", () => {
    const end = flushed();
    box.run(
      "echo '# Taken by a leader that this member has not followed.' >$D/a/pg_wal/00000007.history",
    );
    box.kill("a");
    const facts = box.facts("a");
    assert.deepEqual([facts.timeline, facts.end], [2, end]);
  });

  it("holds for large segments, and for minimal WAL", () => {
    box.initialise("b", 64, "wal_level = minimal", "max_wal_senders = 0");
    box.start("b");
    box.sql("CREATE TABLE t AS SELECT generate_series(1, 200000) AS n");
    assertEnds("b", flushed());
    box.stop("b", "fast");
  });

  it("holds for a leader and its standby that are killed under load", () => {
    box.start("a");
    box.run(
      "pg_basebackup -D $D/c -X stream -R -c fast -d 'host=/run/postgresql user=postgres'; " +
        "pg_ctl -D $D/c -l $D/c.log -w -o '-p 5433' start >/dev/null",
    );
    box.run(
      "for i in 1 2; do (while psql -XqAtc 'INSERT INTO t SELECT generate_series(1, 3000)'; do :; done) " +
        ">/dev/null 2>&1 & done; sleep 2",
    );
    box.kill("a");
    const replayed = box.run("sleep 0.5; psql -p 5433 -XqAtc 'SELECT pg_last_wal_receive_lsn()'");
    box.kill("c");
    const leader = box.facts("a");
    const standby = box.facts("c");
    assert.deepEqual([leader.timeline, standby.timeline], [2, 2]);
    assert.equal(standby.state, "in archive recovery");
    assert.ok((standby.end ?? 0) <= (leader.end ?? 0));
    assert.ok((standby.end ?? 0) <= lsn(replayed));
    // Without a leader to follow it comes as far as its own WAL goes.
    box.start("c", "-p 5433 -c primary_conninfo=''");
    box.run("sleep 0.5");
    const found = box.sql("SELECT pg_last_wal_replay_lsn()", 5433);
    assert.equal(standby.end, lsn(found));
    assert.equal(leader.last, box.redoneUntil("a"));
  });

  it("does not take the timeline of a pg_rewind that was cut short", () => {
    box.sql("SELECT pg_promote()", 5433);
    box.sql("INSERT INTO t VALUES (1)", 5433);
    box.sql("INSERT INTO t SELECT generate_series(1, 100000)");
    box.stop("a", "fast");
    assert.equal(box.facts("a").timeline, 2);
    box.run("cp $D/c/pg_wal/00000003* $D/a/pg_wal");
    assert.equal(box.facts("a").timeline, 2);
    box.stop("c", "fast");
    assert.equal(box.facts("c").timeline, 3);
    box.run("rm $D/a/pg_wal/00000003*");
    box.start("a");
  });

  it("takes a copy that was cut short for no data", () => {
    box.run("rm $D/c/global/pg_control");
    assert.deepEqual(box.facts("c"), { empty: true });
    const copy = "rm -rf $D/c; pg_basebackup -D $D/c -X stream -R -c fast";
    box.run(`${copy} -d 'host=/run/postgresql user=postgres'`);
    assert.deepEqual(box.facts("c"), { empty: true });
  });

  it("takes data for none that PostgreSQL would not open without WAL from elsewhere", () => {
    box.start("c", "-p 5433");
    box.sql("INSERT INTO t SELECT generate_series(1, 100000)");
    const end = box.sql("SELECT pg_current_wal_flush_lsn()");
    box.run(
      `until [ $(psql -p 5433 -XqAtc "SELECT pg_last_wal_replay_lsn() >= '${end}'") = t ]; do sleep 0.1; done`,
    );
    box.stop("c", "fast");
    assert.equal(box.facts("c").empty, false);
    const control = box.run("LC_ALL=C pg_controldata $D/c");
    const needed = lsn(/Minimum recovery ending location: +(\S+)/.exec(control)?.[1] ?? "");
    const segment = Math.floor(needed / 2 ** 20)
      .toString(16)
      .toUpperCase()
      .padStart(8, "0");
    box.run(`rm $D/c/pg_wal/0000000200000000${segment}`);
    assert.deepEqual(box.facts("c"), { empty: true });
  });
});
