import { z } from "zod";
import { line, whole } from "./values";

const coldStart = z
  .strictObject({
    waitSeconds: whole(0, 86400)
      .default(120)
      .describe(
        "How long members wait for a missing disk that may hold the newest data, in seconds.",
      ),
    whenDataIsMissing: z
      .enum(["stop", "continue"])
      .default("stop")
      .describe(
        "What happens after that: stop until the disk is back or somebody decides, or continue with the newest data there is.",
      ),
    lead: line()
      .regex(
        /^patroni[1-9] at \d+\/[0-9A-F]+\/[0-9A-F]+$/,
        "must be as the message of the stopped start has it, such as patroni2 at 3/0/5000148",
      )
      .optional()
      .describe(
        "Lets a start that was stopped go on: the member whose data is to win, with its timeline and position. It holds for that state only.",
      ),
  })
  .prefault({});

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
    coldStart: coldStart.describe("What happens when the cluster starts and nobody leads."),
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
