import { z } from "zod";
import { ignoreSlotsSettings, slotsSettings } from "./slots";
import { line, wholeNumber } from "./values";

const coldStart = z
  .strictObject({
    waitSeconds: wholeNumber(0, 86400)
      .default(120)
      .describe(
        "When the whole cluster starts: how long members wait for an absent member that may " +
          "hold newer data, in seconds.",
      ),
    whenDataIsMissing: z
      .enum(["stop", "continue"])
      .default("stop")
      .describe(
        "What happens after that: `stop` waits until the member is back or an operator " +
          "decides, `continue` starts with the newest data that is there.",
      ),
    lead: line()
      .regex(
        /^patroni[1-9] at \d+\/[0-9A-F]+\/[0-9A-F]+$/,
        "must be as the message of the stopped start has it, such as patroni2 at 3/0/5000148",
      )
      .optional()
      .describe(
        "Continues a start that was stopped: the member whose data is used, with its timeline " +
          "and position. It is valid for exactly that state.",
      ),
  })
  .prefault({});

/** How long before the end of its lease the guard stops a leader that has not renewed it. */
export const guardMarginSeconds = 5;

interface Timings {
  ttlSeconds: number;
  loopWaitSeconds: number;
  retryTimeoutSeconds: number;
}

const isLeftByPatroni = (p: Timings) =>
  p.loopWaitSeconds + 2 * p.retryTimeoutSeconds <= p.ttlSeconds;

/** Whether one loop of Patroni ends before the guard acts. */
const isWithinLease = (p: Timings) =>
  p.loopWaitSeconds + p.retryTimeoutSeconds <= p.ttlSeconds - guardMarginSeconds;

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
    ttlSeconds: wholeNumber(20, 300)
      .default(20)
      .describe(
        "Lifetime of the leader's lease, in seconds. After that time a standby replaces a " +
          "primary whose host is dead.",
      ),
    loopWaitSeconds: wholeNumber(1, 60)
      .default(2)
      .describe("Pause between two runs of Patroni's loop, in seconds."),
    retryTimeoutSeconds: wholeNumber(3, 60)
      .default(5)
      .describe("How long Patroni retries operations of etcd and PostgreSQL, in seconds."),
    primaryStartTimeoutSeconds: wholeNumber(0, 3600)
      .default(60)
      .describe(
        "How long a crashed primary may take to restart before a standby takes over, in seconds.",
      ),
    primaryStopTimeoutSeconds: wholeNumber(0, 3600)
      .default(0)
      .describe(
        "With synchronous mode: how long a primary may take to stop, in seconds. 0: no limit.",
      ),
    maximumLagOnFailoverBytes: wholeNumber(0, Number.MAX_SAFE_INTEGER)
      .default(1048576)
      .describe("A standby that lags more than this is not promoted, in bytes."),
    memberSlotsTtlSeconds: wholeNumber(0, 604_800)
      .default(1800)
      .describe(
        "How long the primary keeps the replication slot of a member that is absent, and WAL " +
          "for it, in seconds. Slots of members that are removed from the stack file are dropped " +
          "at once.",
      ),
    slots: slotsSettings,
    ignoreSlots: ignoreSlotsSettings,
    synchronousMode: z
      .enum(["off", "on", "quorum"])
      .default("off")
      .describe(
        "Whether a commit waits for standbys: no, for named standbys, or for any of them " +
          "(quorum commit).",
      ),
    synchronousModeStrict: z
      .boolean()
      .default(false)
      .describe(
        "Block writes while there is no synchronous standby. If false, the primary continues " +
          "without one.",
      ),
    synchronousNodeCount: wholeNumber(1, 8)
      .default(1)
      .describe("With synchronous mode: how many standbys a commit waits for."),
    failsafeMode: z
      .boolean()
      .default(true)
      .describe("Keep the primary running without etcd while every member answers it."),
    coldStart: coldStart.describe("What happens when the cluster starts and nobody leads."),
    readinessTimeoutSeconds: wholeNumber(10, 86400)
      .default(300)
      .describe("How long an update waits until a member runs and streams, in seconds."),
  })
  .refine(isLeftByPatroni, {
    path: ["ttlSeconds"],
    message:
      "must be at least loopWaitSeconds + 2 * retryTimeoutSeconds, or Patroni changes the " +
      "timings by itself",
  })
  .refine((p) => !isLeftByPatroni(p) || isWithinLease(p), {
    path: ["ttlSeconds"],
    message:
      `must be at least loopWaitSeconds + retryTimeoutSeconds + ${guardMarginSeconds}, or the ` +
      "guard could stop a healthy leader",
  })
  .prefault({});
