import { z } from "zod";
import { line, wholeNumber } from "./values";

/** What `hapg monitoring export` writes for a Prometheus. No service of the cluster reads it. */
export const monitoringSettings = z
  .strictObject({
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
      .describe("Share of HAProxy's sessions above which there is a warning, in percent."),
  })
  .prefault({});
