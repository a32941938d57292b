import { z } from "zod";
import { line, port, wholeNumber } from "./values";

/** The exporters, and what `hapg monitoring export` writes for a Prometheus. */
export const monitoringSettings = z
  .strictObject({
    exporters: z
      .boolean()
      .default(false)
      .describe(
        "Run an exporter of PostgreSQL's metrics beside each member, one of PgBouncer's beside each " +
          "PgBouncer, and a node exporter on each host, and have the repository report its backups. " +
          "HAProxy passes on their metrics. A change restarts no other service but the repository.",
      ),
    nodeExporter: z
      .boolean()
      .default(true)
      .describe(
        "Whether `exporters` includes the node exporters. Turn it off if the hosts have some already.",
      ),
    postgresExporterPort: port()
      .default(9187)
      .describe("Port of PostgreSQL's exporter. Only HAProxy uses it."),
    pgbouncerExporterPort: port()
      .default(9127)
      .describe("Port of PgBouncer's exporter. Only HAProxy uses it."),
    nodeExporterPort: port()
      .default(9100)
      .describe("Port of the node exporters. Only HAProxy uses it."),
    probe: z
      .boolean()
      .default(false)
      .describe(
        "Run a probe beside each HAProxy: it writes and reads each second, through HAProxy and a " +
          "PgBouncer, and shows what clients see as metrics. A change restarts no other service.",
      ),
    outageSeconds: wholeNumber(3, 600)
      .default(10)
      .describe(
        "How long the probe may fail before there is a critical alert, in seconds. An automatic " +
          "failover can take longer than the default.",
      ),
    probePort: port().default(8435).describe("Port of the probes' metrics. Only HAProxy uses it."),
    repositoryPort: port()
      .default(8434)
      .describe("Port of the repository's metrics, with backups. Only HAProxy uses it."),
    exporterMemoryMegabytes: wholeNumber(32, 4096)
      .default(64)
      .describe("Memory limit of each exporter, and of each probe, in MiB."),
    scrapeIntervalSeconds: wholeNumber(1, 60)
      .default(10)
      .describe("Interval of scrapes and of the evaluation of alert rules, in seconds."),
    documentationUrl: line()
      .regex(/^[^\s"{}]+[^/\s"{}]$/, "must be a URL or a path without a slash at its end")
      .default("docs/how-to")
      .describe(
        "Where `runbook.md` and `monitoring.md` are, for the links of alerts, such as the URL of " +
          "docs/how-to in your repository.",
      ),
    replicationLagMegabytes: wholeNumber(1, 1048576)
      .default(64)
      .describe("A standby that lags more than this for two minutes causes a warning, in MiB."),
    pausedMinutes: wholeNumber(1, 1440)
      .default(60)
      .describe("How long automatic failover may be off before there is a warning, in minutes."),
    pendingRestartHours: wholeNumber(1, 168)
      .default(24)
      .describe("How long a member may wait for a restart before there is a warning, in hours."),
    etcdFsyncMilliseconds: wholeNumber(1, 10000)
      .default(100)
      .describe(
        "99th percentile of the time that etcd needs to write its log to disk, above which there " +
          "is a warning, in milliseconds.",
      ),
    saturationPercent: wholeNumber(1, 99)
      .default(85)
      .describe(
        "Share of HAProxy's sessions, of PostgreSQL's connections and of PgBouncer's clients above " +
          "which there is a warning, in percent.",
      ),
    longTransactionMinutes: wholeNumber(1, 10080)
      .default(60)
      .describe(
        "How long a transaction may be open on the primary before there is a warning, in minutes.",
      ),
    deadlocks: wholeNumber(1, 100000)
      .default(5)
      .describe("Deadlocks of a member in 15 minutes from which on there is a warning."),
    poolWaitSeconds: wholeNumber(1, 3600)
      .default(5)
      .describe(
        "How long a client may wait in PgBouncer for a server connection before there is a " +
          "warning, in seconds.",
      ),
  })
  .prefault({});
