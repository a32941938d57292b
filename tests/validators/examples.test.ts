import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { cachedPackages } from "../../lab/cluster/vmEnvironment";
import { hostImage } from "../../lab/hosts/hostImage";
import { connect, eventually } from "../../lab/writer";
import { installedPackage } from "../support/installedPackage";
import { OwnProgram } from "../support/ownProgram";

/** The files of an example. */
const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

describe("the examples in TypeScript", function () {
  this.timeout("8m");
  this.bail(true);
  const folder = mkdtempSync(join(tmpdir(), "hapg-examples-"));
  const examples = join("examples", "typescript");
  let cluster: OwnProgram;
  let application: OwnProgram;

  /** The connection string that the application has; its server is not verified. */
  const url = () => {
    const text = readFileSync(join(application.folder, "application.env"), "utf8");
    const [, found = ""] = /^DATABASE_URL=(\S+)$/m.exec(text) ?? [];
    return `${found}&uselibpqcompat=true`;
  };
  const ask = async (at: string, sql: string): Promise<unknown[]> => {
    const client = await connect(at);
    try {
      return (await client.query<{ value: unknown }>(sql)).rows.map(({ value }) => value);
    } finally {
      await client.end();
    }
  };

  before(async () => {
    const packages = await installedPackage(folder);
    cluster = new OwnProgram(filesOf(join(examples, "cluster")), packages);
    application = new OwnProgram(filesOf(join(examples, "application")), packages, cluster);
    await cluster.init();
    await application.init();
    await cluster.configure("image", await hostImage("trixie", cachedPackages));
    await application.configure("cluster", "organization/hapg-example/dev");
  });
  after(async () => {
    try {
      await cluster.destroy();
    } finally {
      application.remove();
      cluster.remove();
      rmSync(folder, { recursive: true });
    }
  });

  it("are checked against the package's types", async () => {
    for (const { folder: cwd } of [cluster, application])
      await execa(join(folder, "node_modules", "typescript", "bin", "tsc"), ["--noEmit"], { cwd });
  });

  it("say that the application's cluster is not there yet", async () => {
    await assert.rejects(
      application.pulumi("preview"),
      /The stack organization\/hapg-example\/dev has no output connectionStrings\. Check that/,
    );
  });

  it("create machines and a cluster on them in one update", async () => {
    await cluster.up();
    await application.up();
    await ask(url(), "create table orders (value int)");
    await ask(url(), "insert into orders values (1)");
  });

  it("rotate the application's password, and the former one still works", async () => {
    const former = url();
    await cluster.configure("rotation", "1");
    await cluster.up();
    assert.equal(url(), former);
    await application.up();
    assert.notEqual(url(), former);
    await ask(url(), "insert into orders values (2)");
    await ask(former, "insert into orders values (3)");
  });

  it("replace a machine, and no other member restarts or loses anything", async () => {
    const started = "select pg_postmaster_start_time()::text as value";
    const before = await ask(url(), started);
    await cluster.configure("--path", "generations.db2", "2");
    const steps = await cluster.up();
    assert.ok(steps.some(({ op, name }) => op === "delete-replaced" && name === "db2"));
    assert.deepEqual(await ask(url(), started), before);
    await eventually(30, async () => {
      const standbys = "select count(*)::int as value from pg_stat_replication";
      assert.deepEqual(await ask(url(), standbys), [2]);
    });
    assert.deepEqual(await ask(url(), "select value from orders order by 1"), [1, 2, 3]);
  });
});
