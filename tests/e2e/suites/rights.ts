import assert from "node:assert/strict";
import { parse } from "yaml";
import type { OperatorStrings } from "../../../configs/cluster/connectionStrings";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { clientEndpoints } from "../../../lab/cluster/clientEndpoints";
import { eventually, query } from "../../../lab/writer";

/** Who may do what, tried out. Leaves a healthy cluster with the role and the database `app` alone. */
export function rights(cluster: ClusterUnderTest): void {
  const { environment, memberNames: members } = cluster;
  const asSuperuser = async (sql: string) =>
    environment.inMember(await cluster.leader(), "psql", "-XqAt", "-U", "postgres", "-c", sql);
  /** The same connection string for another login. */
  const as = (url: string, login: string, password: string) =>
    url.replace(/\/\/[^@]+@/, `//${login}:${password}@`);
  /** The same connection string for another database, or its read entry in the pool. */
  const to = (url: string, database: string) =>
    url.replace(
      /\/[^/?]+(_ro)?($|\?)/,
      (_, read?: string, end?: string) => `/${database}${read ?? ""}${end ?? ""}`,
    );
  /** What a member answers to who is where another one runs. */
  const fromBeside = async (member: string, url: string, sql: string) => {
    const beside = members.find((one) => one !== member) ?? "";
    const words = ["psql", "-XqAtw", "-c", sql, environment.fromInside(url, member)];
    return environment.inMember(beside, ...words);
  };
  async function operator(name: "administrator" | "monitor", database = "postgres") {
    const { administratorConnectionStrings, monitorConnectionStrings } = await cluster.outputs();
    const all = {
      administrator: administratorConnectionStrings,
      monitor: monitorConnectionStrings,
    };
    const strings: OperatorStrings | undefined = all[name][database];
    if (strings === undefined) throw new Error(`no connection strings of ${name} for ${database}`);
    return strings;
  }

  describe("for the superuser's password", () => {
    let password: string;
    before(async () => {
      const file = await environment.inMember("patroni1", "cat", "/etc/patroni/patroni.yml");
      const { postgresql } = parse(file) as {
        postgresql: { authentication: { superuser: { password: string } } };
      };
      ({ password } = postgresql.authentication.superuser);
    });

    it("has an open door where a member runs: it is the right one", async () => {
      const url = `postgresql://postgres:${password}@localhost/postgres`;
      for (const member of members) {
        assert.equal(
          await environment.inMember(member, "psql", "-XqAtw", "-c", "SELECT 1", url),
          "1",
        );
      }
    });

    for (const endpoint of clientEndpoints) {
      it(`has none by ${endpoint}`, async () => {
        const strings = await cluster.strings();
        for (const database of ["app", "postgres"]) {
          const url = to(as(strings[endpoint], "postgres", password), database);
          await assert.rejects(
            query(url, "SELECT 1"),
            endpoint.startsWith("pooled")
              ? /no such user|authentication failed|SASL/
              : /pg_hba\.conf rejects connection/,
          );
        }
      });
    }

    it("has none at a member's own port, from outside or from another member", async () => {
      const { members: urls } = await operator("monitor");
      assert.equal(urls.length, members.length);
      for (const [i, url] of urls.entries()) {
        const wanted = as(url, "postgres", password);
        // A firewall may not answer at all.
        await assert.rejects(query(wanted, "SELECT 1"), /pg_hba\.conf rejects|timeout|refused/);
        await assert.rejects(
          fromBeside(members[i] ?? "", wanted, "SELECT 1"),
          /pg_hba\.conf rejects connection/,
        );
      }
    });
  });

  describe("for applications' roles", () => {
    before(async () => {
      cluster.change({
        defaultDatabase: "app",
        roles: { app: {}, other: {}, reader: {} },
        databases: { app: { owner: "app", readers: ["reader"] }, other: { owner: "other" } },
      });
      await cluster.up();
    });
    after(async () => {
      cluster.change({
        defaultDatabase: undefined,
        roles: { other: undefined, reader: undefined },
        databases: { app: { readers: undefined }, other: undefined },
      });
      await cluster.up();
      await asSuperuser("DROP DATABASE other WITH (FORCE)");
      await asSuperuser('DROP OWNED BY other; DROP ROLE other, "other:in"');
    });
    const stringsOf = async (role: string, database: string) => {
      const { roleConnectionStrings } = await cluster.outputs();
      const strings = roleConnectionStrings[role]?.[database];
      if (strings === undefined)
        throw new Error(`no connection strings of ${role} for ${database}`);
      return strings;
    };

    it("is open what the stack file names", async () => {
      for (const [role, database] of [
        ["app", "app"],
        ["reader", "app"],
        ["other", "other"],
      ] as const) {
        const strings = await stringsOf(role, database);
        for (const endpoint of clientEndpoints) {
          await eventually(5, () => query(strings[endpoint], "SELECT 1"));
        }
      }
    });

    for (const [role, own, database] of [
      ["app", "app", "other"],
      ["other", "other", "app"],
      ["reader", "app", "other"],
      ["app", "app", "postgres"],
    ] as const) {
      it(`keeps ${role} out of the database ${database}`, async () => {
        const strings = await stringsOf(role, own);
        for (const endpoint of clientEndpoints) {
          await assert.rejects(
            query(to(strings[endpoint], database), "SELECT 1"),
            /permission denied for database/,
            endpoint,
          );
        }
      });
    }

    it("lets nobody but the owner make tables in public", async () => {
      const reader = await stringsOf("reader", "app");
      await assert.rejects(
        query(reader.write, "CREATE TABLE theirs ()"),
        /permission denied for schema public/,
      );
      const { write } = await stringsOf("other", "other");
      await query(write, "CREATE TABLE own ()");
    });
  });

  describe("for the administrator", () => {
    before(() => cluster.greet());

    it("makes roles and databases, and does what applications can", async () => {
      const { write, pooledWrite } = await operator("administrator");
      await query(write, "CREATE ROLE of_administrator");
      await query(write, "CREATE DATABASE of_administrator");
      await query(pooledWrite, "DROP DATABASE of_administrator");
      await query(write, "DROP ROLE of_administrator");
      const app = await operator("administrator", "app");
      assert.deepEqual(await query(app.write, "TABLE greeting"), [{ word: "hello" }]);
    });

    for (const [what, sql, refusal] of [
      ["becomes no superuser", "ALTER ROLE administrator SUPERUSER", /permission denied/],
      ["does not alter the superuser", "ALTER ROLE postgres PASSWORD 'x'", /permission denied/],
      ["does not act as the superuser", "SET ROLE postgres", /permission denied/],
      ["runs no program", "COPY pg_class FROM PROGRAM 'id'", /permission denied to COPY/],
      ["reads no file", "COPY (SELECT 1) TO '/tmp/x'", /permission denied to COPY/],
      ["gets no right to do so", "GRANT pg_execute_server_program TO administrator", /denied/],
      ["alters no member's role", "ALTER ROLE replicator PASSWORD 'x'", /permission denied/],
      ["sees no verifier", "SELECT rolpassword FROM pg_authid", /permission denied/],
      ["sets no parameter of the server", "ALTER SYSTEM SET work_mem = '1GB'", /denied/],
    ] as const) {
      it(what, async () => {
        const { write } = await operator("administrator");
        await assert.rejects(query(write, sql), refusal);
      });
    }
  });

  describe("for the monitor", () => {
    before(() => cluster.greet());

    it("sees on each member who streams, and reads no rows", async () => {
      const { members: urls } = await operator("monitor");
      const leader = await cluster.leader();
      for (const [i, url] of urls.entries()) {
        const member = members[i] ?? "";
        const sql = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
        assert.equal(await fromBeside(member, url, sql), member === leader ? "2" : "0", member);
      }
      const app = await operator("monitor", "app");
      await query(app.read, "SELECT 1");
      await assert.rejects(query(app.write, "TABLE greeting"), /permission denied for table/);
    });

    it("changes its password without the former one failing, like the administrator", async () => {
      const former = [await operator("monitor"), await operator("administrator")];
      cluster.change({ credentials: { monitor: 1, administrator: 1 } });
      await cluster.up();
      const present = [await operator("monitor"), await operator("administrator")];
      assert.match(present[0]?.write ?? "", /\/\/monitor_b:/);
      for (const { write, pooledRead } of [...former, ...present]) {
        await query(write, "SELECT 1");
        await eventually(5, () => query(pooledRead, "SELECT 1"));
      }
      await cluster.stack.succeed("preview", "--expect-no-changes");
      await cluster.untilStreaming();
    });
  });
}
