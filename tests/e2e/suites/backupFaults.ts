import assert from "node:assert/strict";
import { paths } from "../../../configs/cluster/paths";
import { restoreRecord } from "../../../configs/backup/restorePlan";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { print } from "../../../lab/print";
import { eventually, Writer } from "../../../lab/writer";
import { restoreMember } from "../../../programs/programs";
import { ClusterBackups } from "./backup/clusterBackups";

const repository = "repository1";

/** Writes that no standby has to confirm, enough for a backup of some seconds. */
const manyRows =
  "CREATE TABLE many AS SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 250000) i";

/**
 * Faults during backups and restores, and restores to each kind of target. Begins and ends with a
 * healthy cluster without backups.
 * @param removeRepository removes the repository's data, once nothing uses it
 */
export function backupFaults(
  cluster: ClusterUnderTest,
  removeRepository: () => Promise<void>,
): void {
  const backups = new ClusterBackups(cluster);
  const { facts, take, inWrite } = backups;
  const settings = () => cluster.parsedSettings;
  /** Runs a shell script inside a service. @returns its output if it succeeds */
  const inside = (service: string, script: string, input?: string) =>
    backups.withReach(async (reach) => {
      const { status, output } = await reach.execute(service, ["sh", "-euc", script], input);
      assert.equal(status, 0, output);
      return output.trim();
    });
  const untilArchived = (seconds = 60) =>
    eventually(seconds, async () => {
      const { archiver, gaps } = await facts();
      assert.equal(archiver?.waiting, 0);
      assert.deepEqual(gaps, []);
    });

  describe("with backups and faults", () => {
    before(async () => {
      cluster.change({
        backup: { enabled: true, archiveTimeoutSeconds: 5, rehearseEveryDays: 0 },
      });
      await cluster.up();
      await inWrite("DROP TABLE IF EXISTS kept, many");
      await inWrite("CREATE TABLE kept (i int)");
      await eventually(60, async () => assert.ok(((await facts()).backups ?? []).length > 0));
    });

    it("goes on writing while the repository is away, says so, and loses no WAL", async () => {
      await backups.withReach((reach) => reach.stop(repository));
      const writer = await new Writer((await cluster.strings()).write, "written").start();
      await backups.value("SELECT pg_switch_wal()");
      await backups.untilFound(["repository-unreachable"]);
      await eventually(30, async () => {
        const waiting = await backups.value(
          "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'",
        );
        assert.notEqual(waiting, "0");
      });
      await backups.withReach((reach) => reach.start(repository));
      const { failures } = await writer.stop();
      assert.equal(failures, 0);
      await untilArchived();
      await backups.untilFound([]);
    });

    it("restores to a transaction, a position, a name, and the end of the backup", async () => {
      await inWrite("INSERT INTO kept VALUES (1)");
      const full = await take("full");
      await backups.value("SELECT pg_create_restore_point('before-two')");
      const [two] = await inWrite<{ xid: string }>(
        "INSERT INTO kept VALUES (2) RETURNING pg_current_xact_id()::text AS xid",
      );
      assert.ok(two);
      const { xid } = two;
      const lsn = await backups.value("SELECT pg_current_wal_insert_lsn()");
      await inWrite("INSERT INTO kept VALUES (3)");
      await backups.act("check");
      const at = { backup: full.label, inclusive: true, immediate: false };
      for (const [target, rows] of [
        [{ name: "before-two" }, "1"],
        [{ xid }, "1 2"],
        [{ xid, inclusive: false }, "1"],
        [{ lsn }, "1 2"],
        [{ immediate: true }, "1"],
        [{}, "1 2 3"],
      ] as const)
        assert.equal(await restoredRows({ ...at, ...target }), rows, JSON.stringify(target));
    });

    it("takes no WAL of a cluster that was founded anew under its name", async () => {
      const { version } = settings().postgres;
      const file = "000000010000000000000009";
      const output = await inside(
        "patroni2",
        [
          "cd /var/lib/postgresql; rm -rf another",
          `${paths.pgBin(version)}/initdb -D another -A trust >/dev/null`,
          `cd another; echo wal >pg_wal/${file}; touch pg_wal/archive_status/${file}.ready`,
          `status=0; sh ${paths.archive} ${settings().clusterName}- push pg_wal/${file} 2>&1 || status=$?`,
          'cd ..; rm -rf another; echo "ended with $status"',
        ].join("\n"),
      );
      assert.match(output, /unable to (load info file|open missing file)|archive\.info/);
      assert.doesNotMatch(output, /ended with 0/);
      assert.deepEqual((await facts()).gaps, []);
    });

    it("continues after a backup that was cut short with its service", async () => {
      await inWrite(manyRows);
      const cut = take("full");
      await untilCopying();
      await Promise.all([
        assert.rejects(cut),
        backups.withReach((reach) => reach.restart(repository)),
      ]);
      const before = (await facts()).backups?.length;
      await eventually(60, async () => {
        const taken = await take("full");
        assert.equal(taken.type, "full");
      });
      assert.ok(before !== undefined);
      await backups.act("verify");
      await backups.untilFound([]);
    });

    it("repeats a backup during which the primary was lost", async () => {
      const leader = await cluster.leader();
      const running = take("full").then(
        () => undefined,
        (error: unknown) => String(error),
      );
      await untilCopying();
      await backups.withReach((reach) => reach.stop(leader));
      await eventually(90, async () => assert.notEqual(await cluster.leader(), leader));
      const error = await running;
      print(`a backup during a failover: ${error ?? "it went on"}`);
      await backups.withReach((reach) => reach.start(leader));
      await cluster.untilStreaming();
      const { walStart } = await eventually(90, () => take("full"));
      assert.notEqual(walStart?.slice(0, 8), "00000001");
      await backups.untilFound([]);
    });

    after(async () => {
      cluster.change({ backup: { enabled: false, key: undefined }, restore: undefined });
      await cluster.up();
      await removeRepository();
      await cluster.untilStreaming();
    });
  });

  const untilCopying = () =>
    eventually(30, () => inside(repository, "pgrep -f 'pgbackrest.* backup'"));

  /** Restores beside a standby's data, starts PostgreSQL there, and returns the rows of `kept`. */
  async function restoredRows(target: object): Promise<string> {
    const { version } = settings().postgres;
    const folder = "/var/lib/postgresql/aside";
    const data = `${folder}/data`;
    const plan = {
      ...target,
      ...{ id: "aside", data, record: restoreRecord },
      stanzaPrefix: `${settings().clusterName}-`,
    };
    await inside(
      "patroni3",
      `rm -rf ${folder}; mkdir ${folder}; cat >${folder}/restore_member.py`,
      restoreMember,
    );
    await inside("patroni3", `cat >${folder}/restore.json`, JSON.stringify(plan));
    const bin = paths.pgBin(version);
    const options =
      `-c listen_addresses= -c unix_socket_directories=${folder} -c archive_mode=off ` +
      `-c hba_file=${folder}/hba -c ssl=off -c shared_buffers=32MB`;
    return inside(
      "patroni3",
      [
        `cd ${folder}; cp ${paths.archiveConf} .; echo 'local all all trust' >hba`,
        "python3 restore_member.py >/dev/null",
        `${bin}/pg_ctl start -w -t 60 -D ${data} -l ${folder}/log -o "${options}" >/dev/null || { tail -5 ${folder}/log; exit 1; }`,
        `psql() { ${bin}/psql -XqAt -h ${folder} -U postgres "$@"; }`,
        'for _ in $(seq 100); do [ "$(psql -c "SELECT pg_is_in_recovery()")" = f ] && break; sleep 0.2; done',
        `psql -d app -c "SELECT string_agg(i::text, ' ' ORDER BY i) FROM kept"`,
        `${bin}/pg_ctl stop -m immediate -D ${data} >/dev/null; rm -rf ${folder}`,
      ].join("\n"),
    );
  }
}
