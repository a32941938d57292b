import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { monitoringFiles } from "../../../../configs/monitoring/files";
import type { Settings, SettingsInput } from "../../../../configs/settings/schema";
import { promtool } from "../../../support/alerts/promtool";
import { TestCertificate } from "../../../support/certificates";
import { settingsOf, threeHosts, vmInput, vmSettingsOf } from "../../../support/models";

interface ScrapeFile {
  scrape_configs: {
    job_name: string;
    static_configs: { targets: string[]; labels: Record<string, string> }[];
  }[];
}

const password = "an0ther-s3cret";

describe("the files for Prometheus", function () {
  this.timeout(60_000);
  let ca: string;
  before(async () => {
    ca = (await TestCertificate.authority()).certificate;
  });

  const filesFor = (settings: Settings) => {
    const all = monitoringFiles(settings, { login: `stats:${password}`, ca });
    const named = (end: string) => all.find(({ name }) => name.endsWith(end));
    return { all, scrape: parse(named(".scrape.yml")?.content ?? "") as ScrapeFile };
  };

  /** Each target of a job as `host:port/path`. */
  const targetsOf = (settings: Settings, kind: string): string[] =>
    filesFor(settings)
      .scrape.scrape_configs.filter(({ job_name }) => job_name === `test-${kind}`)
      .flatMap(({ static_configs }) => static_configs)
      .flatMap(({ targets, labels }) =>
        targets.map((one) => `${one}${labels.__metrics_path__ ?? "/metrics"}`),
      );

  const everything: Record<string, Settings[]> = {
    "a cluster on Docker": [settingsOf()],
    "a cluster on hosts": [vmSettingsOf()],
    "one member": [
      settingsOf({
        postgres: { members: 1 },
        etcd: { members: 1 },
      }),
    ],
    "the longest intervals": [
      settingsOf({
        patroni: { synchronousMode: "quorum", synchronousModeStrict: true },
        monitoring: {
          scrapeIntervalSeconds: 60,
          documentationUrl: "https://git.example/hapg/docs/how-to",
          replicationLagMegabytes: 1048576,
          pausedMinutes: 1440,
          pendingRestartHours: 168,
          etcdFsyncMilliseconds: 10000,
          saturationPercent: 99,
        },
      }),
    ],
    "two clusters": [settingsOf(), settingsOf({ clusterName: "other" })],
  };
  for (const [what, clusters] of Object.entries(everything))
    it(`are accepted by promtool, with ${what}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hapg-prometheus-"));
      try {
        const files = clusters.map(filesFor);
        for (const { name, content, mode } of files.flatMap(({ all }) => all))
          writeFileSync(join(folder, name), content, { mode });
        // Prometheus before 2.43 does not know scrape_config_files.
        const scrape_configs = files.flatMap(({ scrape }) => scrape.scrape_configs);
        const config = { rule_files: ["*.rules.yml"], scrape_configs };
        writeFileSync(join(folder, "prometheus.yml"), stringify(config));
        assert.match(
          await promtool(folder, "check", "config", "prometheus.yml"),
          new RegExp(`SUCCESS: ${clusters.length} rule files found`),
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  it("have the password in one file, which only its owner reads", () => {
    const secret = filesFor(settingsOf()).all.filter(({ content }) => content.includes(password));
    assert.deepEqual(secret, [{ name: "test.password", content: password, mode: 0o600 }]);
  });

  it("lead to the published port on Docker", () => {
    const docker: Partial<SettingsInput> = {
      haproxy: { statsPort: 18404 },
      docker: { publishAddress: "0.0.0.0", advertiseAddress: "db.example" },
    };
    assert.deepEqual(targetsOf(settingsOf(docker), "patroni"), [
      "db.example:18404/metrics/patroni1",
      "db.example:18404/metrics/patroni2",
      "db.example:18404/metrics/patroni3",
    ]);
    assert.deepEqual(targetsOf(settingsOf(docker), "haproxy"), ["db.example:18404/metrics"]);
    assert.deepEqual(targetsOf(settingsOf(), "haproxy"), ["127.0.0.1:8404/metrics"]);
  });

  it("lead through every HAProxy on hosts", () => {
    const targets = targetsOf(vmSettingsOf(), "etcd");
    assert.equal(targets.length, 9);
    assert.ok(targets.includes("10.0.0.3:8404/metrics/etcd1"));
  });

  it("lead through the virtual address if there is one, and to each HAProxy itself", () => {
    const settings = vmSettingsOf({ keepalived: { virtualAddress: "10.0.0.100" } });
    assert.deepEqual(targetsOf(settings, "etcd"), [
      "10.0.0.100:8404/metrics/etcd1",
      "10.0.0.100:8404/metrics/etcd2",
      "10.0.0.100:8404/metrics/etcd3",
    ]);
    assert.equal(targetsOf(settings, "haproxy").length, 3);
  });

  it("leave out a host that is away", () => {
    const hosts = Object.fromEntries(
      Object.entries(threeHosts).map(([name, host]) => [name, { ...host, away: name === "db2" }]),
    );
    const targets = targetsOf(settingsOf(vmInput({ vm: { hosts } })), "patroni");
    assert.deepEqual(
      targets.filter((one) => one.includes("10.0.0.2") || one.includes("patroni2")),
      [],
    );
    assert.equal(targets.length, 4);
  });
});
