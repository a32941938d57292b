import assert from "node:assert/strict";
import { alertsOf } from "../../../../configs/monitoring/rules";
import type { ClusterUnderTest } from "../../../../lab/cluster/clusterUnderTest";
import { eventually } from "../../../../lab/writer";
import { httpsCall } from "../../../../operations/httpsCall";

/** The repository reports its backups for Prometheus, while exporters are on. */
export function asMetrics(cluster: ClusterUnderTest): void {
  it("reports them as metrics with the exporters, and no member restarts for that", async () => {
    const members = async () =>
      Object.entries(await cluster.environment.incarnations()).filter(([name]) =>
        name.startsWith("patroni"),
      );
    const before = await members();
    cluster.change({ monitoring: { exporters: true } });
    await cluster.up();
    const { metricsUrl, statsLogin: login, caCertificate: ca } = await cluster.outputs();
    const url = `${metricsUrl}/repository1`;
    assert.equal((await httpsCall(url, { ca })).status, 401);
    const { backups = [] } = alertsOf(cluster.parsedSettings);
    const metrics = backups.flatMap(({ expression }) => expression.match(/hapg_backup_\w+/g) ?? []);
    assert.ok(metrics.length > 8);
    await eventually(30, async () => {
      const { status, text } = await httpsCall(url, { ca, login });
      assert.equal(status, 200);
      for (const metric of metrics) assert.match(text, new RegExp(`^${metric}(\\{.*\\})? `, "m"));
      assert.match(text, /^hapg_backup_readable 1\.0$/m);
      assert.match(text, /^hapg_backup_stop_time_seconds\{type="full"\} /m);
    });
    cluster.change({ monitoring: { exporters: false } });
    await cluster.up();
    assert.deepEqual(await members(), before);
  });
}
