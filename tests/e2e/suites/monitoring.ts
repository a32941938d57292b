import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../../../configs/cluster/catalogue";
import { planOf } from "../../../configs/cluster/plan";
import { alertsOf } from "../../../configs/monitoring/rules";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import { eventually } from "../../../lab/writer";
import { httpsCall } from "../../../operations/httpsCall";
import { OwnPrometheus } from "../../support/alerts/prometheus";
import { commandLine } from "../../support/commandLine";

/** Alerts that depend on the load of this machine. */
const ofThisMachine = ["EtcdSlowDisk", "EtcdLeaderChanges"];

/** A Prometheus that gets the exported files, and nothing else, sees the whole cluster. */
export function monitoring(cluster: ClusterUnderTest): void {
  describe("for a Prometheus", () => {
    let folder: string;
    let prometheus: OwnPrometheus;
    let earlier: Record<string, string>;
    const file = (end: string) => join(folder, `${cluster.name}.${end}`);
    const exporters = () =>
      planOf(cluster.parsedSettings).filter(({ kind }) => catalogue[kind].isExporter === true);
    const alerts = () => Object.values(alertsOf(cluster.parsedSettings)).flat();

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "hapg-monitoring-"));
      await cluster.untilStreaming();
      earlier = await cluster.environment.incarnations();
      cluster.change({ monitoring: { exporters: true, probe: true } });
      await cluster.up();
      const { done } = commandLine(cluster, cluster.stack.access);
      const often = { exporters: true, probe: true, scrapeIntervalSeconds: 2 };
      await cluster.whileChanged({ monitoring: often }, () =>
        done("monitoring export", "--dir", folder),
      );
      prometheus = await OwnPrometheus.start(folder);
    });
    after(async () => {
      await prometheus.stop();
      rmSync(folder, { recursive: true });
    });

    it("gets exporters without a restart of any service", async () => {
      const now = Object.entries(await cluster.environment.incarnations());
      const isNew = ([name]: [string, string]) => !Object.hasOwn(earlier, name);
      assert.equal(now.filter(isNew).length, exporters().length);
      assert.deepEqual(Object.fromEntries(now.filter((one) => !isNew(one))), earlier);
    });

    it("writes files of which only the one with the password is secret", async () => {
      const { statsLogin } = await cluster.outputs();
      const password = statsLogin.replace("stats:", "");
      assert.equal(readFileSync(file("password"), "utf8"), password);
      assert.equal(statSync(file("password")).mode & 0o777, 0o600);
      for (const end of ["scrape.yml", "rules.yml", "ca.pem"])
        assert.ok(!readFileSync(file(end), "utf8").includes(password), end);
    });

    it("has every target up", async () => {
      const { etcd, postgres, haproxy } = cluster.parsedSettings;
      await eventually(60, async () => {
        const up = await prometheus.query('max by (job, service) (up{cluster!=""}) == 1');
        const others = etcd.members + postgres.members + haproxy.instances;
        assert.equal(up.length, others + exporters().length);
        assert.deepEqual(await prometheus.query("up == 0"), []);
      });
    });

    it("has every metric that the alerts read", async () => {
      // Some alerts exist in synchronous mode alone. The metrics are there in any.
      const settings = cluster.parsedSettings;
      const synchronous = { ...settings.patroni, synchronousMode: "on" as const };
      const every = Object.values(alertsOf({ ...settings, patroni: synchronous })).flat();
      const selectors = every.flatMap(({ expression }) => expression.match(/\w+\{[^}]*\}/g) ?? []);
      assert.ok(selectors.length > 30);
      for (const selector of new Set(selectors))
        assert.notDeepEqual(await prometheus.query(selector), [], selector);
    });

    it("evaluates every alert, and has none on a healthy cluster", async () => {
      await eventually(60, async () => {
        const rules = await prometheus.rules();
        assert.equal(rules.length, alerts().length);
        for (const { name, health, lastError = "" } of rules)
          assert.equal(health, "ok", `${name}: ${lastError}`);
        assert.deepEqual(
          rules
            .filter(({ name, state }) => state !== "inactive" && !ofThisMachine.includes(name))
            .map(({ name }) => name),
          [],
        );
      });
    });

    it("shows metrics of members only to who has the login, and nothing else of theirs", async () => {
      const { metricsUrl, statsLogin: login, caCertificate: ca } = await cluster.outputs();
      for (const [service, metric] of [
        ["patroni2", /^patroni_primary\{/m],
        ["etcd2", /^etcd_server_has_leader /m],
        ["postgresexporter3", /^hapg_postgres_connections\{/m],
        ["pgbouncerexporter1", /^pgbouncer_up 1$/m],
        ["probe1", /^hapg_probe_working 1\.0$/m],
      ] as const) {
        const url = `${metricsUrl}/${service}`;
        assert.equal((await httpsCall(url, { ca })).status, 401);
        const { status, text } = await httpsCall(url, { ca, login });
        assert.equal(status, 200);
        assert.match(text, metric);
      }
      const origin = new URL(metricsUrl).origin;
      for (const path of ["/metrics/etcd9", "/metrics/etcd1/", "/version", "/v3/kv/range"])
        assert.notEqual((await httpsCall(`${origin}${path}`, { ca, login })).status, 200, path);
    });

    it("removes the exporters without a restart of any service", async () => {
      cluster.change({ monitoring: { exporters: false, probe: false } });
      await cluster.up();
      assert.deepEqual(await cluster.environment.incarnations(), earlier);
    });
  });
}
