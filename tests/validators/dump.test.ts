import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NewFile } from "../../cli/newFile";
import { dump } from "../../operations/dump";
import { checkTarget, type DumpFile, loadDump, readDump } from "../../operations/dumpLoad";
import type { TransferStep } from "../../operations/transfer";
import { PostgresBox } from "../support/postgresBox";
import { settingsOf } from "../support/models";

describe("a dump", function () {
  this.timeout(120_000);
  const settings = settingsOf();
  const member = "patroni1";
  const never = new AbortController().signal;
  let box: PostgresBox;
  let folder: string;
  let file: DumpFile;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-dump-"));
    box = new PostgresBox();
    box.initialise("one", 16, "wal_level = replica");
    box.start("one");
    box.run("createuser app; createuser other; createdb -O app shop; createdb -O app copy");
    const contents = `
      CREATE EXTENSION pg_trgm;
      CREATE SCHEMA "odd "" name" AUTHORIZATION other;
      CREATE TABLE "odd "" name"."Rows of it" AS SELECT i, repeat(md5(i::text), 3) AS word
        FROM generate_series(1, 50000) AS i;
      ALTER TABLE "odd "" name"."Rows of it" OWNER TO other;
      CREATE INDEX ON "odd "" name"."Rows of it" USING gin (word gin_trgm_ops);
      SET ROLE app;
      CREATE TABLE parted (day date, amount int) PARTITION BY RANGE (day);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO parted SELECT '2026-06-01', i FROM generate_series(1, 1000) AS i;
      CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
      INSERT INTO item (name) VALUES ('a'), ('b');
      GRANT SELECT ON item TO other;
      CREATE UNLOGGED TABLE fleeting AS SELECT 1 AS one;
      CREATE VIEW names AS SELECT name FROM item;
      SELECT lo_create(4711);`;
    box.run(`psql -qX -v ON_ERROR_STOP=1 -d shop <<'END' >/dev/null\n${contents}\nEND`);
  });
  after(() => {
    box.remove();
    rmSync(folder, { recursive: true });
  });

  const write = async (
    name: string,
    signal = never,
    onStep: (step: TransferStep) => void = () => undefined,
  ) => {
    const target = NewFile.begin(folder, name);
    try {
      const of = { member, database: "shop", jobs: 2, output: target.stream, onStep, signal };
      const done = await dump(box.reach, settings, of);
      await target.complete();
      return done;
    } finally {
      target.discard();
    }
  };
  const load = (
    database: string,
    {
      owner,
      signal = never,
      onStep = () => undefined,
    }: {
      owner?: string;
      signal?: AbortSignal;
      onStep?: (step: TransferStep) => void;
    } = {},
    dumped = file,
  ) => loadDump(box.reach, settings, dumped, { member, database, owner, jobs: 2, onStep, signal });
  const check = (database: string, owner?: string, dumped = file) =>
    checkTarget(box.reach, dumped, { member, database, owner });
  const sql = (database: string, query: string) =>
    box.run(`psql -XqAt -v ON_ERROR_STOP=1 -d ${database} -c "${query}"`);
  const leftovers = () => box.run("ls -A $D | grep hapg-transfer || true");

  it("is written whole, for its owner's eyes only, and counts what is in it", async () => {
    const steps = new Set<string>();
    const done = await write("shop.tar", never, ({ step }) => steps.add(step));
    file = await readDump(join(folder, "shop.tar"));
    assert.equal(file.bytes, done.bytes);
    assert.equal(statSync(file.path).mode & 0o777, 0o600);
    const { tables, roles, extensions, isStandby } = file.manifest;
    assert.deepEqual(
      tables.map(({ schema, name, owner, rows }) => [schema, name, owner, rows]),
      [
        ['odd " name', "Rows of it", "other", 50_000],
        ["public", "item", "app", 2],
        ["public", "parted_1", "app", 1000],
      ],
    );
    assert.deepEqual([roles, extensions, isStandby], [["app", "other"], ["pg_trgm"], false]);
    assert.ok(steps.has("dump"));
    assert.deepEqual(readdirSync(folder), ["shop.tar"]);
    assert.equal(leftovers(), "");
  });

  it("does not take the place of another file", () => {
    assert.throws(() => NewFile.begin(file.path, ""), /exists already/);
    assert.throws(() => NewFile.begin(join(folder, "none", "x"), ""), /There is no folder/);
  });

  it("is loaded as it was, with owners and grants, and leaves nothing behind", async () => {
    // What a stack has made there already.
    sql("copy", "CREATE EXTENSION pg_trgm");
    assert.deepEqual(await check("copy"), { isSecond: false });
    const { tables, rows } = await load("copy");
    assert.deepEqual([tables, rows], [3, 51_002]);
    const all =
      "SELECT sum(amount), (SELECT string_agg(name, ',') FROM names), (SELECT count(*) FROM pg_largeobject_metadata)," +
      " has_table_privilege('other', 'item', 'SELECT'), (SELECT relowner::regrole FROM pg_class WHERE relname = 'item')," +
      " (SELECT nspowner::regrole FROM pg_namespace WHERE nspname LIKE 'odd%') FROM parted";
    assert.equal(sql("copy", all), sql("shop", all));
    assert.equal(sql("copy", "INSERT INTO item (name) VALUES ('c') RETURNING id"), "3");
    assert.equal(sql("copy", "SELECT to_regnamespace('hapg_load') IS NULL"), "t");
    assert.equal(leftovers(), "");
  });

  it("is not loaded into a database with tables, without its roles, or if it is none", async () => {
    await assert.rejects(check("copy"), /copy is not empty: it has \d+ tables/);
    await assert.rejects(check("nowhere"), /There is no database nowhere/);
    box.run("createdb empty");
    const { manifest } = file;
    const of = (changes: object) => ({ ...file, manifest: { ...manifest, ...changes } });
    await assert.rejects(
      check("empty", undefined, of({ roles: ["gone"] })),
      /the role gone\..*--owner/,
    );
    await assert.rejects(check("empty", "nobody"), /the role nobody/);
    await assert.rejects(
      check("empty", "app"),
      /the extension pg_trgm.*databases\.empty\.extensions/,
    );
    await assert.rejects(check("empty", undefined, of({ version: "99.1" })), /newer than 17/);
    writeFileSync(join(folder, "text"), "x".repeat(2000));
    await assert.rejects(readDump(join(folder, "text")), /no dump that hapg has made/);
    await assert.rejects(readDump(join(folder, "none")), /There is no file/);
    assert.equal(
      sql("empty", "SELECT count(*) FROM pg_namespace WHERE nspname = 'hapg_load'"),
      "0",
    );
  });

  it("can be given to one role", async () => {
    box.run("createdb -O app given");
    sql("given", "CREATE EXTENSION pg_trgm");
    await check("given", "app");
    await load("given", { owner: "app" });
    const owners =
      "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relkind = 'r' AND oid > 16384";
    assert.equal(sql("given", owners), "app");
  });

  it("leaves nothing when it is interrupted, here or on the member", async () => {
    const held = box.reach.execute("", [
      ...["psql", "-h", "/run/postgresql", "-U", "postgres", "-d", "shop", "-c"],
      "BEGIN; LOCK item; SELECT pg_sleep(30)",
    ]);
    const isHeld = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted";
    while (sql("shop", isHeld) === "0") await new Promise((resolve) => setTimeout(resolve, 50));
    const controller = new AbortController();
    const started = Date.now();
    const onStep = () => Date.now() - started > 1000 && controller.abort(new Error("Interrupted."));
    await assert.rejects(write("cut.tar", controller.signal, onStep), /Interrupted/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("cut")),
      [],
    );
    assert.equal(leftovers(), "");
    assert.equal(box.run("pgrep -x -r R,S,D pg_dump || true"), "");
    sql(
      "shop",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK%' AND pid <> pg_backend_pid()",
    );
    await held;
    // A program that was killed cannot clean up: the next one does.
    box.run("mkdir $D/hapg-transfer-old; echo x >$D/hapg-transfer-old/part");
    await write("next.tar");
    assert.equal(leftovers(), "");
  });

  it("can be loaded again after a load that was cut short, and no other one can", async () => {
    box.run("createdb again");
    const controller = new AbortController();
    const onStep = ({ step }: TransferStep) =>
      step === "load" && controller.abort(new Error("Interrupted."));
    await assert.rejects(load("again", { signal: controller.signal, onStep }), /Interrupted/);
    assert.equal(leftovers(), "");
    const other = await readDump(join(folder, "next.tar"));
    await assert.rejects(check("again", undefined, other), /The load of another dump into again/);
    assert.deepEqual(await check("again"), { isSecond: true });
    const { rows } = await load("again");
    assert.equal(rows, 51_002);
    assert.equal(sql("again", "SELECT count(*) FROM item"), "2");
  });

  it("is not taken for loaded if rows are missing", async () => {
    box.run("createdb short");
    const bytes = readFileSync(file.path, "latin1");
    assert.match(bytes, /"rows": 1000\b/);
    const path = join(folder, "wrong.tar");
    writeFileSync(path, bytes.replace('"rows": 1000', '"rows": 1001'), "latin1");
    const wrong = await readDump(path);
    await assert.rejects(load("short", {}, wrong), /"parted_1" has 1000 rows, the dump 1001/);
  });

  it("ends before it takes the disk space that PostgreSQL needs", async () => {
    const huge = { ...file, bytes: 1e15 };
    await assert.rejects(load("short", {}, huge), /too little disk space/);
  });

  it("is of a standby, where rows that are not logged are left out", async () => {
    box.run(
      "pg_basebackup -D $D/two -c fast -R --no-sync; mkdir /tmp/two; " +
        "pg_ctl -D $D/two -w -t 60 -l $D/two.log -o '-c unix_socket_directories=/tmp/two -p 5432' start >/dev/null",
    );
    const target = NewFile.begin(folder, "standby.tar");
    const { attached } = box.reach;
    const there = {
      attached: (name: string, words: string[], isTerminal: boolean) =>
        attached(
          name,
          words.map((word) => word.replace(/^\/var\/run\/postgresql$/, "/tmp/two")),
          isTerminal,
        ),
    };
    const of = { member, database: "shop", jobs: 2, output: target.stream, signal: never };
    const { rows } = await dump(there, settings, { ...of, onStep: () => undefined });
    await target.complete();
    assert.equal(rows, 51_002);
    assert.equal((await readDump(target.path)).manifest.isStandby, true);
  });
});
