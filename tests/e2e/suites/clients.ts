import assert from "node:assert/strict";
import { httpsCall } from "../../../operations/httpsCall";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { clientEndpoints } from "../../../lab/cluster/clientEndpoints";
import { eventually, query } from "../../../lab/writer";

/** What clients find on a cluster that has just come up. */
export function clients(cluster: ClusterUnderTest): void {
  const { environment } = cluster;
  const asOther = async (user: string, password: string) =>
    (await cluster.strings()).pooledWrite.replace(/\/\/[^@]+@/, `//${user}:${password}@`);

  describe("for its clients", () => {
    it("answers on every endpoint as soon as the update has ended", async () => {
      const strings = await cluster.strings();
      for (const endpoint of clientEndpoints) {
        assert.deepEqual(await query(strings[endpoint], "SELECT 1 AS one"), [{ one: 1 }], endpoint);
      }
    });

    it("has one leader, the first member, and two streaming standbys", async () => {
      await cluster.untilStreaming();
      if (!cluster.isAdopted) assert.equal(await cluster.leader(), "patroni1");
    });

    it("writes, and reads that on every endpoint, from standbys where reads are asked for", async () => {
      const strings = await cluster.strings();
      await cluster.greet();
      for (const endpoint of clientEndpoints) {
        await eventually(5, async () => {
          assert.deepEqual(
            await query(strings[endpoint], "TABLE greeting"),
            [{ word: "hello" }],
            endpoint,
          );
        });
        const rows = await query(strings[endpoint], "SELECT pg_is_in_recovery() AS standby");
        assert.deepEqual(rows, [{ standby: /read/i.test(endpoint) }], endpoint);
      }
    });

    it("leads a libpq client with several hosts to the primary", async () => {
      const { libpq } = await cluster.strings();
      assert.match(libpq, /target_session_attrs=read-write/);
      const question = [
        "psql",
        "-XAtc",
        "SELECT pg_is_in_recovery()",
        environment.fromInside(libpq),
      ];
      assert.equal(await environment.inMember("patroni3", ...question), "f");
    });

    it("refuses a wrong password on every endpoint", async () => {
      const strings = await cluster.strings();
      for (const endpoint of clientEndpoints) {
        const wrong = strings[endpoint].replace(/:[^:@]+@/, ":wrong@");
        await assert.rejects(
          query(wrong, "SELECT 1"),
          /password authentication failed|SASL/,
          endpoint,
        );
      }
    });

    it("lets a role created later use the pool at once", async () => {
      const asSuperuser = async (sql: string) =>
        environment.inMember(await cluster.leader(), "psql", "-XqAt", "-U", "postgres", "-c", sql);
      const role = "CREATE ROLE later LOGIN PASSWORD 'made-by-hand'";
      await asSuperuser(`${role}; GRANT CONNECT ON DATABASE app TO later`);
      const rows = await query(
        await asOther("later", "made-by-hand"),
        "SELECT current_user::text AS me",
      );
      assert.deepEqual(rows, [{ me: "later" }]);
      await asSuperuser("REVOKE CONNECT ON DATABASE app FROM later");
      await asSuperuser("DROP ROLE later");
    });

    it("keeps the superuser out of the pool", async () => {
      await assert.rejects(
        query(await asOther("postgres", "guess"), "SELECT 1"),
        /no such user|authentication failed|SASL/,
      );
    });

    it("shows the stats page and metrics to who has the login", async () => {
      const {
        statsUrl,
        metricsUrl,
        statsLogin: login,
        caCertificate: ca,
      } = await cluster.outputs();
      const stats = await httpsCall(statsUrl, { ca, login });
      assert.equal(stats.status, 200);
      assert.match(stats.text, /patroni1/);
      const metrics = await httpsCall(metricsUrl, { ca, login });
      assert.match(metrics.text, /^haproxy_server_status/m);
    });

    it("refuses unsafe calls of the REST API without credentials", async () => {
      const { restApiUrl, caCertificate: ca } = await cluster.outputs();
      const call = { ca, method: "POST", body: "{}" };
      assert.equal((await httpsCall(`${restApiUrl}/restart`, call)).status, 401);
    });
  });
}
