import { z } from "zod";
import { whole } from "./values";

/**
 * Patroni's timing and failover rules. Bounds and the rule between the three timings are Patroni's
 * own (documentation, "Dynamic Configuration Settings").
 */
export const patroniSettings = z
  .strictObject({
    namespace: z
      .string()
      .regex(/^\/[A-Za-z0-9_\-/]*\/$/, "must start and end with a slash")
      .default("/service/")
      .describe("Prefix of the cluster's keys in etcd."),
    ttlSeconds: whole(20, 300)
      .default(20)
      .describe("Life of the leader's lease, in seconds. A dead host is replaced after this."),
    loopWaitSeconds: whole(1, 60)
      .default(2)
      .describe("Pause between two rounds of the high-availability loop, in seconds."),
    retryTimeoutSeconds: whole(3, 60)
      .default(5)
      .describe("How long etcd and PostgreSQL operations are retried, in seconds."),
    primaryStartTimeoutSeconds: whole(0, 3600)
      .default(60)
      .describe(
        "How long a crashed primary may take to start again before a standby takes over, in seconds.",
      ),
    primaryStopTimeoutSeconds: whole(0, 3600)
      .default(0)
      .describe(
        "With synchronous mode: longest wait for a primary to stop, in seconds; 0 is no limit.",
      ),
    maximumLagOnFailoverBytes: whole(0, Number.MAX_SAFE_INTEGER)
      .default(1048576)
      .describe("A standby that lags more than this is not promoted, in bytes."),
    memberSlotsTtlSeconds: whole(0, 604_800)
      .default(1800)
      .describe(
        "How long the primary keeps the replication slot of a member that is absent, and WAL for it, in seconds. " +
          "The slots of members that leave the stack file go at once.",
      ),
    synchronousMode: z
      .enum(["off", "on", "quorum"])
      .default("off")
      .describe("Whether a commit waits for standbys: off, on, or quorum commit."),
    synchronousModeStrict: z
      .boolean()
      .default(false)
      .describe(
        "Let writes wait when no synchronous standby is there, instead of going on without.",
      ),
    synchronousNodeCount: whole(1, 8)
      .default(1)
      .describe("How many standbys a commit waits for, with synchronousMode."),
    failsafeMode: z
      .boolean()
      .default(true)
      .describe("Keep the primary when etcd is gone but every member answers it."),
    readinessTimeoutSeconds: whole(10, 86400)
      .default(300)
      .describe("How long an update waits for a member to be running and streaming, in seconds."),
  })
  .refine((p) => p.loopWaitSeconds + 2 * p.retryTimeoutSeconds <= p.ttlSeconds, {
    path: ["ttlSeconds"],
    message:
      "must be at least loopWaitSeconds + 2 * retryTimeoutSeconds, or Patroni changes the timings by itself",
  })
  .prefault({});
