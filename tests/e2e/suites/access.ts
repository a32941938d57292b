import assert from "node:assert/strict";
import { parse } from "yaml";
import type { ConnectionStrings } from "../../../configs/cluster/connectionStrings";
import { httpsCall } from "../../../operations/httpsCall";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { updateUnnoticed } from "../../../lab/cluster/unnoticed";
import { clientEndpoints } from "../../../lab/cluster/clientEndpoints";
import { patroniCall } from "../../support/patroni";
import { print } from "../../../lab/print";
import { connect, eventually, query } from "../../../lab/writer";

/** What is read of patroni.yml. */
interface PatroniYml {
  restapi: { authentication: { password: string } };
  etcd3: { username: string };
  postgresql: { authentication: { superuser: { password: string } } };
}

/**
 * Roles, what they may do, and their passwords. Leaves a healthy cluster with the role `app` alone,
 * which has been rotated twice.
 */
export function access(cluster: ClusterUnderTest): void {
  const { environment, memberNames: members } = cluster;

  /** What the superuser finds at a member. */
  const asSuperuser = (member: string, sql: string) =>
    environment.inMember(member, "psql", "-XqAt", "-U", "postgres", "-c", sql);
  const onLeader = async (sql: string) => asSuperuser(await cluster.leader(), sql);
  async function stringsOf(role: string): Promise<ConnectionStrings> {
    const { roleConnectionStrings } = await cluster.outputs();
    const strings = roleConnectionStrings[role]?.app;
    if (strings === undefined) throw new Error(`no connection strings for ${role}`);
    return strings;
  }

  async function timedUp(what: string, changes: StackSettings): Promise<void> {
    cluster.change(changes);
    const { seconds } = await cluster.up();
    print(`${what}: up in ${seconds.toFixed(1)} s`);
  }

  /** Asserts that a password is refused on every endpoint. */
  async function assertRefused(strings: ConnectionStrings): Promise<void> {
    for (const endpoint of clientEndpoints) {
      await assert.rejects(
        query(strings[endpoint], "SELECT 1"),
        /authentication failed|not permitted to log in|no such user|SASL/,
        endpoint,
      );
    }
  }

  /** Asserts that a password works on every endpoint. */
  async function assertWorks(strings: ConnectionStrings): Promise<void> {
    for (const endpoint of clientEndpoints) await query(strings[endpoint], "SELECT 1");
  }

  describe("when roles and databases change", () => {
    let writer: ConnectionStrings;
    before(() => cluster.greet());

    it("makes roles, groups and extensions", async () => {
      await timedUp("two roles, an extension, a reader and a writer", {
        roles: { app: {}, reader: {}, writer: { memberOf: ["pg_monitor"] } },
        databases: {
          app: {
            owner: "app",
            extensions: ["earthdistance"],
            readers: ["reader"],
            writers: ["writer"],
          },
        },
      });
      const { write } = await cluster.strings();
      const extensions = await query(
        write,
        "SELECT extname FROM pg_extension WHERE extname IN ('cube', 'earthdistance') ORDER BY 1",
      );
      assert.deepEqual(extensions, [{ extname: "cube" }, { extname: "earthdistance" }]);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });

    it("lets readers read and writers write, in tables of before and of later", async () => {
      const owner = await cluster.strings();
      writer = await stringsOf("writer");
      const reader = await stringsOf("reader");
      await query(owner.write, "CREATE TABLE later (id serial, word text)");
      for (const table of ["greeting", "later"]) {
        await query(writer.pooledWrite, `INSERT INTO ${table} (word) VALUES ('written')`);
        const rows = await query(reader.write, `SELECT word FROM ${table} WHERE word = 'written'`);
        assert.deepEqual(rows, [{ word: "written" }]);
        await assert.rejects(
          query(reader.pooledWrite, `DELETE FROM ${table}`),
          /permission denied for table/,
        );
        await query(writer.write, `DELETE FROM ${table} WHERE word = 'written'`);
      }
      await assert.rejects(query(writer.write, "DROP TABLE later"), /must be owner of table/);
      await eventually(5, () => query(reader.pooledRead, "TABLE later"));
    });

    it("takes the login and the sessions of a role that leaves, on standbys too, and keeps what it owns", async () => {
      await onLeader("CREATE ROLE made_by_hand LOGIN");
      await onLeader("CREATE DATABASE of_writer OWNER writer");
      const held = await Promise.all(clientEndpoints.map((endpoint) => connect(writer[endpoint])));
      for (const session of held) await session.query("SELECT 1");
      await timedUp("a role leaves", {
        roles: { writer: undefined },
        databases: { app: { writers: undefined } },
      });
      for (const session of held) {
        await assert.rejects(session.query("SELECT 1"));
        void session.end().catch(() => undefined);
      }
      await eventually(5, () => assertRefused(writer));
      const found = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'of_writer'";
      assert.equal(await onLeader(found), "writer");
      const byHand = "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'made_by_hand'";
      assert.equal(await onLeader(byHand), "t");
    });

    it("gives a role that comes back its login back", async () => {
      await timedUp("a role comes back", {
        roles: { writer: {} },
        databases: { app: { writers: ["writer"] } },
      });
      await assertRefused(writer);
      writer = await stringsOf("writer");
      // The pool tells one client more of the last login that has failed, and then tries again.
      await eventually(5, () => assertWorks(writer));
      await query(writer.pooledWrite, "INSERT INTO later (word) VALUES ('back')");
    });

    it("drops a role only if it owns nothing, and says what it owns", async () => {
      cluster.change({
        roles: { writer: { state: "dropped" } },
        databases: { app: { writers: undefined } },
      });
      const output = await cluster.refusedUp();
      assert.match(output, /to be dropped, but "writer" owns database of_writer; drop that or/);
      await onLeader("DROP DATABASE of_writer");
      await timedUp("a role is dropped", {});
      assert.equal(await onLeader("SELECT FROM pg_roles WHERE rolname = 'writer'"), "");
      await onLeader("DROP ROLE made_by_hand");
    });
  });

  describe("while a client opens new connections all the time", () => {
    async function rotate(what: string, changes: StackSettings): Promise<void> {
      await updateUnnoticed(cluster, `rotation of ${what}`, changes);
      await assertWorks(await cluster.strings());
    }
    /** A member's patroni.yml. */
    const configurationOf = async (member: string) =>
      parse(await environment.inMember(member, "cat", "/etc/patroni/patroni.yml")) as PatroniYml;
    /** The verifiers of roles, by name. */
    const verifiers = async () => {
      const rows = await onLeader("SELECT rolname || '=' || rolpassword FROM pg_authid");
      return new Map(rows.split("\n").map((row) => row.split("=", 2) as [string, string]));
    };
    /** Names of the roles whose verifier is another than it was. */
    async function changedBy(action: () => Promise<void>): Promise<string[]> {
      const before = await verifiers();
      await action();
      const after = await verifiers();
      return [...after.keys()].filter((role) => before.get(role) !== after.get(role)).sort();
    }

    it("rotates a role: its former password works until the next time", async () => {
      const first = await cluster.strings();
      const changed = await changedBy(() =>
        rotate("a role, the first", { roles: { app: { rotation: 1 } } }),
      );
      assert.deepEqual(changed, ["app_b"]);
      const second = await cluster.strings();
      assert.match(second.write, /\/\/app_b:/);
      await query(second.pooledWrite, "CREATE TABLE of_second (id int)");
      assert.deepEqual(
        await query(
          first.write,
          "SELECT tableowner::text FROM pg_tables WHERE tablename = 'of_second'",
        ),
        [{ tableowner: "app" }],
      );
      const reader = await stringsOf("reader");
      await query(reader.write, "TABLE of_second");

      await rotate("a role, the second", { roles: { app: { rotation: 2 } } });
      await assertWorks(second);
      await assertRefused(first);
      await query((await cluster.strings()).write, "DROP TABLE of_second");
    });

    it("rotates all of the cluster's own passwords in one update, whoever leads", async () => {
      const leader = await cluster.leader();
      const candidate = leader === "patroni2" ? "patroni3" : "patroni2";
      await patroniCall(environment, leader, "switchover", { leader, candidate });
      await cluster.untilStreaming();
      const { restApiUrl, statsUrl, statsLogin, caCertificate: ca } = await cluster.outputs();
      const status = async (url: string, login: string, method = "GET") =>
        (await httpsCall(url, { ca, login, method })).status;
      const before = await configurationOf("patroni1");
      const formerRest = `patroni:${before.restapi.authentication.password}`;
      assert.equal(await status(`${restApiUrl}/reload`, formerRest, "POST"), 202);
      assert.equal(await status(statsUrl, statsLogin), 200);

      const credentials = {
        ...{ poolLookup: 1, replication: 1, rewind: 1, superuser: 1 },
        ...{ restApi: 1, etcd: 1, stats: 1 },
      };
      const changed = await changedBy(() => rotate("the cluster's own", { credentials }));

      assert.deepEqual(changed, ["pgbouncer_b", "postgres", "replicator_b", "rewind_b"]);
      const pool = "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'pgbouncer_b'";
      assert.equal(await onLeader(pool), "t");
      await eventually(20, async () => {
        const sql = "SELECT string_agg(DISTINCT usename, ' '), count(*) FROM pg_stat_replication";
        assert.equal(await onLeader(sql), "replicator_b|2");
      });
      for (const member of members) {
        const { postgresql, etcd3 } = await configurationOf(member);
        const { password } = postgresql.authentication.superuser;
        const url = `postgresql://postgres:${password}@localhost/postgres`;
        assert.equal(
          await environment.inMember(member, "psql", "-XqAtw", "-c", "SELECT 1", url),
          "1",
        );
        assert.equal(etcd3.username, "patroni_b");
      }
      assert.equal(await status(statsUrl, statsLogin), 401);
      assert.equal(await status(statsUrl, (await cluster.outputs()).statsLogin), 200);
      // Patroni reads its file again in the next round of its loop.
      await eventually(15, async () => {
        assert.equal(await status(`${restApiUrl}/reload`, formerRest, "POST"), 401);
        for (const member of members) await patroniCall(environment, member, "reload", {});
      });
      await cluster.untilStreaming();
    });
  });

  describe("when the roles are those of before", () => {
    it("has nothing to change", async () => {
      await timedUp("the roles of before", {
        roles: { reader: undefined, writer: undefined },
        databases: { app: { readers: undefined, extensions: undefined } },
      });
      await cluster.stack.succeed("preview", "--expect-no-changes");
      await query((await cluster.strings()).write, "DROP TABLE later");
      await cluster.untilStreaming();
    });
  });
}
