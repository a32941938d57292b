import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { inSeconds, print } from "../../../lab/print";
import { eventually, query } from "../../../lab/writer";
import { switchOver } from "../../../operations/switchover";
import { reachOf } from "../../../platforms/byPlatform";
import { paths } from "../../../configs/cluster/paths";
import { TestCertificate } from "../../support/certificates";
import { type Driver, DriverPrograms, drivers, snippets } from "../../support/drivers";

/** What a driver's program is told of the cluster. */
class Surroundings {
  private readonly folder = mkdtempSync(join(tmpdir(), "hapg-drivers-"));
  private readonly wrongCa = join(this.folder, "wrong-ca.pem");

  constructor(private readonly cluster: ClusterUnderTest) {}

  async begin(): Promise<void> {
    const { certificate } = await TestCertificate.authority("another CA");
    writeFileSync(this.wrongCa, certificate);
  }

  /** The strings of a family, each in a variable of its own. */
  async of({ family }: Pick<Driver, "family">): Promise<Record<string, string>> {
    const { driverConnectionStrings } = await this.cluster.outputs();
    const strings = driverConnectionStrings.app?.[family] ?? {};
    const byRoute = Object.entries(strings).map(([route, string]) => [
      `URL_${route.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      string,
    ]);
    const { write } = await this.cluster.strings();
    const ca = new URL(write).searchParams.get("sslrootcert") ?? "";
    const wrong = strings.write?.replace(/sslrootcert=[^&]+/, `sslrootcert=${this.wrongCa}`) ?? "";
    return {
      ...(Object.fromEntries(byRoute) as Record<string, string>),
      URL_WRONG_CA: wrong,
      CA_FILE: ca,
      WRONG_CA_FILE: this.wrongCa,
      READ_BALANCE: this.cluster.parsedSettings.haproxy.readBalance,
    };
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** What clients of these drivers do, each by the program that its section of the page has. */
function everyday(cluster: ClusterUnderTest, names: (name: string) => boolean) {
  const programs = new DriverPrograms();
  const surroundings = new Surroundings(cluster);
  before(() => surroundings.begin());
  after(() => {
    programs.remove();
    surroundings.end();
  });
  const chosen = drivers.filter(({ name }) => names(name));
  for (const driver of chosen)
    it(`serves ${driver.name}: the program of docs/how-to/drivers.md`, async function () {
      if (!DriverPrograms.isPossible(driver)) this.skip();
      await programs.prepare(driver);
      const started = Date.now();
      const { all = "" } = await programs.start(driver, ["cases"], await surroundings.of(driver));
      const lines = all.split("\n").filter((line) => /^(ok|FAILED) /.test(line));
      assert.ok(lines.length > 3 && lines.every((line) => line.startsWith("ok ")), all);
      print(`${driver.name}: ${lines.length} cases in ${inSeconds(Date.now() - started)}`);
    });
  return { programs, surroundings, chosen };
}

/** Two drivers, on the cluster as it is. */
export function coreDrivers(cluster: ClusterUnderTest): void {
  describe("for clients of", () => {
    everyday(cluster, (name) => ["node-pg", "psycopg"].includes(name));

    it("refuses startup parameters that the pool cannot keep", async () => {
      const { pooledWrite } = await cluster.strings();
      await assert.rejects(
        query(`${pooledWrite}&statement_timeout=5000`, "SELECT 1"),
        /unsupported startup parameter: statement_timeout/,
      );
    });
  });
}

/** All drivers, also while another member is told to lead; dumps and logical replication. */
export function everyDriver(cluster: ClusterUnderTest): void {
  describe("for clients of every driver", () => {
    before(async () => {
      cluster.change({
        postgres: { parameters: { wal_level: "logical" } },
        haproxy: { readBalance: "source" },
        pgbouncer: { ignoredStartupParameters: ["statement_timeout"] },
        roles: { app: {}, cdc: { replication: true, password: "chosen by hand" } },
        databases: { app: { owner: "app", readers: ["cdc"] } },
      });
      await cluster.up();
    });
    after(async () => {
      // With a logical slot no member starts at another wal_level.
      const slots = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots";
      const drop = `${slots} WHERE slot_type = 'logical' AND NOT active`;
      const leader = await cluster.leader();
      await cluster.environment.inMember(leader, "psql", "-XqAt", "-U", "postgres", "-c", drop);
      cluster.change({
        postgres: { parameters: { wal_level: undefined } },
        haproxy: { readBalance: undefined },
        pgbouncer: { ignoredStartupParameters: undefined },
        roles: { cdc: undefined },
        databases: { app: { readers: undefined } },
      });
      await cluster.up();
    });

    const { programs, surroundings, chosen } = everyday(cluster, () => true);

    it("accepts and drops the startup parameters that the stack file names", async () => {
      const { pooledWrite } = await cluster.strings();
      const rows = await query(`${pooledWrite}&statement_timeout=5000`, "SHOW statement_timeout");
      assert.deepEqual(rows, [{ statement_timeout: "0" }]);
    });

    it("loses no write that a driver's program was acknowledged, through a switchover", async () => {
      const { write } = await cluster.strings();
      const writers = chosen
        .filter((driver) => DriverPrograms.isPossible(driver))
        .flatMap((driver) => driver.writes.map((route) => ({ driver, route })))
        .map(({ driver, route }, i) => ({ driver, route, table: `written_${i}` }));
      for (const { table } of writers) {
        await query(write, `DROP TABLE IF EXISTS ${table}`);
        await query(write, `CREATE TABLE ${table} (id int PRIMARY KEY)`);
      }
      const running = [];
      for (const { driver, route, table } of writers) {
        await programs.prepare(driver);
        const env = await surroundings.of(driver);
        running.push(programs.start(driver, ["writes", route, "45", table], env));
      }
      await pause(15_000);
      const reach = reachOf(cluster.parsedSettings);
      try {
        const members = () => cluster.members();
        await switchOver({ settings: cluster.parsedSettings, members, reach, waitSeconds: 10 });
      } finally {
        await reach.close();
      }
      const ends = await Promise.all(running);
      for (const [i, { driver, route, table }] of writers.entries()) {
        const { all = "" } = ends[i] ?? {};
        const acknowledged = Number(/^acknowledged (\d+)$/m.exec(all)?.[1]);
        assert.ok(acknowledged > 5, `${driver.name} on ${route}: ${all}`);
        const rows = await query(write, `SELECT count(*)::int FROM ${table}`);
        assert.deepEqual(rows, [{ count: acknowledged }], `${driver.name} on ${route}`);
        await query(write, `DROP TABLE ${table}`);
      }
      await cluster.untilStreaming();
    });

    /** Runs a program of the page where libpq's own programs are. */
    const inMember = async (script: string, urls: Record<string, string>): Promise<string> => {
      const variables = Object.entries(urls).map(([name, url]) => `${name}=${url}`);
      const words = ["env", "-C", "/tmp", ...variables, "sh", "-euc", script];
      return cluster.environment.inMember("patroni1", ...words);
    };
    const inside = (url = "", host = router()) =>
      url
        .replace(/@[^/]+\//, `@${host}/`)
        .replace(/sslrootcert=[^&]+/, `sslrootcert=${paths.caOf(paths.patroniConfig)}`);
    const router = () => `haproxy1:${cluster.parsedSettings.haproxy.writePort}`;
    const ofFamily = async () => {
      const { driverConnectionStrings: all } = await cluster.outputs();
      return all.app?.libpq ?? {};
    };

    it("is dumped and restored, from a standby in parallel too", async () => {
      const { write } = await cluster.strings();
      await query(write, "DROP TABLE IF EXISTS dumped");
      await query(write, "CREATE TABLE dumped AS SELECT generate_series(1, 1000) AS id");
      const [dumpAndRestore = "", inParallel = ""] = snippets("pg_dump and pg_restore", "sh");
      const [dump = "", restore = ""] = dumpAndRestore.trim().split("\n");
      const strings = await ofFamily();
      const DATABASE_URL = inside(strings.write);
      const members = inside(strings.membersRead, "patroni3,patroni2,patroni1");
      await inMember(dump, { DATABASE_URL });
      await query(write, "TRUNCATE dumped");
      await inMember(restore, { DATABASE_URL });
      assert.deepEqual(await query(write, "SELECT count(*)::int FROM dumped"), [{ count: 1000 }]);
      await eventually(10, () =>
        inMember(`rm -rf dump.d; ${inParallel}`, { DATABASE_URL_MEMBERS_READ: members }),
      );
      const read = inside(strings.read, `haproxy1:${cluster.parsedSettings.haproxy.readPort}`);
      await inMember(`rm -rf dump.d; ${inParallel}`, { DATABASE_URL_MEMBERS_READ: read });
      await inMember("rm -r dump dump.d", {});
      await query(write, "DROP TABLE dumped");
    });

    it("lets clients begin with TLS at once on the write port, not through the pool", async () => {
      const { write, pooledWrite } = await ofFamily();
      const ask = (url: string) =>
        inMember('psql -XAtc "SELECT 1" "$DATABASE_URL&sslnegotiation=direct&connect_timeout=3"', {
          DATABASE_URL: url,
        });
      assert.equal(await ask(inside(write)), "1");
      const pool = inside(pooledWrite, `pgbouncer1:${cluster.parsedSettings.pgbouncer.port}`);
      const started = Date.now();
      await assert.rejects(ask(pool), /timeout expired/);
      assert.ok(Date.now() - started < 8000);
    });

    it("streams changes to a role that may replicate, with the password of the stack file", async () => {
      const { write } = await cluster.strings();
      const { roleConnectionStrings } = await cluster.outputs();
      const own = roleConnectionStrings.cdc?.app;
      assert.match(own?.write ?? "", /\/\/cdc:chosen%20by%20hand@/);
      await query(write, "DROP TABLE IF EXISTS streamed");
      await query(write, "CREATE TABLE streamed (id int PRIMARY KEY)");
      const [script = ""] = snippets("Logical replication", "sh");
      const DATABASE_URL = inside(own?.write);
      const streaming = `timeout 8 sh -c '${script.trim()}' || true`;
      const insert = 'psql -Xqc "INSERT INTO streamed VALUES (42)" "$OWNERS_URL"';
      const OWNERS_URL = inside(write);
      const variables = { DATABASE_URL, OWNERS_URL };
      const streamed = await inMember(`(${streaming}) & sleep 4; ${insert}; wait`, variables);
      assert.match(streamed, /streamed: INSERT: id\[integer\]:42/);
      const drop = 'pg_recvlogical --dbname="$DATABASE_URL" --slot=cdc --drop-slot';
      await eventually(10, () => inMember(drop, { DATABASE_URL }));
      await query(write, "DROP TABLE streamed");
    });
  });
}
