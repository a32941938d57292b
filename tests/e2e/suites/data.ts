import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { inSeconds, print } from "../../../lab/print";
import { secretsIn } from "../../../lab/exportedState";
import { commandLine } from "../../support/commandLine";
import { commandsToLook, curlLines } from "../../support/pageCommands";

/**
 * What the command line reads and writes of a cluster's data and logs. Leaves the cluster healthy.
 */
export function data(cluster: ClusterUnderTest): void {
  describe("data and logs by the command line", () => {
    const { hapg, done } = commandLine(cluster);
    let withPulumi: ReturnType<typeof commandLine>;
    let primary: string;
    let standby: string;
    let folder: string;
    const sql = (database: string, statement: string) =>
      done("psql", "-d", database, "--", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement);
    before(async () => {
      withPulumi = commandLine(cluster, cluster.stack.access);
      await cluster.untilStreaming();
      await cluster.greet();
      primary = await cluster.leader();
      standby = cluster.memberNames.find((name) => name !== primary) ?? "";
      folder = mkdtempSync(join(tmpdir(), "hapg-data-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    it("dump a database from a standby, and never over another file", async () => {
      const started = Date.now();
      const { code, stdout, stderr } = await hapg("dump", "--database", "app", "--out", folder);
      print(`dump: ${inSeconds(Date.now() - started)}`);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /\d+ rows, .* from patroni\d in /);
      assert.ok(!stderr.includes(` from ${primary} in `), stderr);
      assert.match(
        stdout,
        new RegExp(`^${folder}/${cluster.name}-app-\\d{8}-\\d{6}\\.dump\\.tar$`),
      );
      assert.deepEqual(readdirSync(folder), [stdout.slice(folder.length + 1)]);
      const again = await hapg("dump", "--database", "app", "--out", stdout);
      assert.equal(again.code, 3);
      assert.match(again.stderr, /exists already/);
    });

    it("load it into an empty database, with owners and rows as they were", async () => {
      const file = join(folder, readdirSync(folder)[0] ?? "");
      await sql("postgres", "CREATE DATABASE copy OWNER app");
      const load = ["dump load", file, "--database", "copy"];
      assert.match(
        (await hapg(...load, "--dry-run")).stderr,
        /is loaded into the database copy on/,
      );
      assert.equal((await hapg(...load)).code, 3, "asks");
      assert.match(await done(...load, "--yes"), /as the dump\./);
      assert.equal(await sql("copy", "TABLE greeting"), "hello");
      const owner = "SELECT relowner::regrole FROM pg_class WHERE relname = 'greeting'";
      assert.equal(await sql("copy", owner), "app");
      const { code, stderr } = await hapg(...load, "--yes");
      assert.equal(code, 3);
      assert.match(stderr, /copy is not empty/);
      await sql("postgres", "DROP DATABASE copy WITH (FORCE)");
    });

    it("open psql as a role, in a member and through PgBouncer with its certificate verified", async () => {
      const ask = ["--", "-XqAtc", "SELECT current_user, session_user, pg_is_in_recovery()"];
      assert.equal(await done("psql", "--role", "app", ...ask), "app|postgres|f");
      const pooled = withPulumi.done;
      assert.equal(await pooled("psql", "--pool", ...ask), "app|app|f");
      assert.equal(await pooled("psql", "--pool", "--read", "-d", "app", ...ask), "app|app|t");
      const monitor = ["psql", "--pool", "--role", "monitor", "-d", "postgres"];
      assert.equal(await pooled(...monitor, ...ask), "monitor|monitor|f");
      assert.equal(
        await pooled(
          "psql",
          "--pool",
          "--",
          "-XqAtc",
          "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        ),
        "t",
      );
      const { code, stderr } = await withPulumi.hapg("psql", "--pool", "--role", "nobody");
      assert.equal(code, 2);
      assert.match(stderr, /There is no role nobody\. Known are app/);
      assert.equal((await hapg("psql", "--pool", "--member", primary)).code, 2);
      assert.match((await hapg("psql", "--pool")).stderr, /outputs of the stack .* cannot be read/);
    });

    it("show what PostgreSQL logs to files of its own, at its time among the others", async () => {
      const set = async (what: string) => {
        await done("psql", "--member", standby, "--", "-Xqc", what);
        await done("restart", standby, "--yes");
      };
      await set("ALTER SYSTEM SET logging_collector = on");
      const mark = `mark${Date.now()}`;
      await hapg("psql", "--member", standby, "--", "-Xqc", `SELECT ${mark}`);
      const lines = (
        await done("logs", "--since", "5m", "--grep", `${mark}|SELECT pg_sleep`)
      ).split("\n");
      assert.ok(
        lines.some((line) => line.includes(standby) && line.includes(mark)),
        lines.join("\n"),
      );
      await set("ALTER SYSTEM RESET logging_collector");
      const all = (await done("logs", "--since", "5m"))
        .split("\n")
        .map((line) => line.slice(0, 23));
      assert.deepEqual(all, all.toSorted());
    });

    it("collect what support needs, and none of the stack's secrets", async () => {
      const { password } = new URL((await cluster.strings()).write);
      // A statement that fails is in PostgreSQL's log as it is.
      await hapg("psql", "--", "-Xqc", `ALTER ROLE nobody PASSWORD '${password}'`);
      await hapg("psql", "--", "-Xqc", `SELECT '${password}' AS said FROM nowhere`);
      const started = Date.now();
      const path = await withPulumi.done("diagnose", "--bundle", folder);
      print(`diagnose --bundle: ${inSeconds(Date.now() - started)}`);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      await execa("tar", ["-C", folder, "-xzf", path]);
      const unpacked = join(folder, path.slice(folder.length + 1).replace(/\.tar\.gz$/, ""));
      const files = readdirSync(unpacked, { recursive: true, encoding: "utf8" }).filter((one) =>
        statSync(join(unpacked, one)).isFile(),
      );
      for (const one of [
        ...["status.txt", "status.json", "facts.json", "events.json", "settings.json"],
        ...[`${primary}/config/patroni.yml`, `${primary}/log.txt`, `${primary}/settings.csv`],
        ...["etcd1/config/etcd.env", "haproxy1/config/haproxy.cfg", "haproxy1/log.txt"],
        ...["pgbouncer1/config/pgbouncer.ini", "pgbouncer1/show-POOLS.csv", "etcd1/packages.txt"],
      ])
        assert.ok(files.includes(one), `${one} is missing: ${files.join(" ")}`);
      const text = files.map((one) => readFileSync(join(unpacked, one), "utf8")).join("\n");
      assert.match(text, /ALTER ROLE nobody PASSWORD/);
      assert.ok(readFileSync(join(unpacked, "status.txt"), "utf8").includes(primary));
      const outputs = Object.values(await cluster.outputs()) as unknown[];
      const secrets = [...secretsIn(await cluster.stack.resources()), ...passwordsIn(outputs)];
      assert.ok(secrets.length > 12 && secrets.includes(decodeURIComponent(password)));
      for (const secret of [...secrets, "PRIVATE KEY-----"])
        assert.ok(!text.includes(secret), `a secret is in the archive: ${secret.slice(0, 3)}…`);
      assert.ok(existsSync(path));
    });

    it("run patronictl without naming a file, in every member", async () => {
      for (const member of cluster.memberNames)
        assert.match(await done("exec", member, "--", "patronictl", "list"), /Leader/);
    });

    it("call Patroni's REST API as the documentation says", async () => {
      const { caCertificate, restApiUrl, restApiLogin } = await cluster.outputs();
      const values = { caCertificate, restApiUrl, restApiLogin };
      const lines = curlLines("docs/reference/endpoints.md");
      assert.ok(lines.length >= 4);
      for (const line of lines) {
        // The page's command to read an output, answered by what the test has read already.
        const pulumi = `pulumi() { case $3 in ${Object.entries(values)
          .map(([name, value]) => `${name}) printf '%s\\n' '${value}' ;;`)
          .join(" ")} esac; }`;
        const script = `set -e; ${pulumi}; cd '${folder}'\n${line}`;
        const { exitCode, all } = await execa("bash", ["-c", script], { reject: false, all: true });
        assert.equal(exitCode, 0, `${line}: ${all ?? ""}`);
      }
    });

    it("find everything that the page for newcomers names for looking", async () => {
      const all = commandsToLook("docs/how-to/coming-from.md");
      assert.ok(all.length > 10);
      for (const words of all) {
        const { code, stdout, stderr } = await withPulumi.hapg(...words);
        assert.equal(code, 0, `hapg ${words.join(" ")}: ${stdout.slice(-500)}${stderr}`);
      }
      assert.equal((await hapg("diagnose")).code, 0);
    });
  });
}

/** Every password in connection strings and logins. */
function passwordsIn(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(passwordsIn);
  if (typeof value !== "string") return [];
  const [, login] = /^[a-z]+:([A-Za-z0-9]+)$/.exec(value) ?? [];
  const urls = [...value.matchAll(/:\/\/[^:@/]*:([^@/]+)@|[?&]password=([^&]+)/g)];
  return [
    ...(login === undefined ? [] : [login]),
    ...urls.map(([, inUrl, inQuery = ""]) => decodeURIComponent(inUrl ?? inQuery)),
  ];
}
