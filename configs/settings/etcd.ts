import { z } from "zod";
import { processors, wholeNumber } from "./values";

/** The etcd cluster that holds the leader's lease. */
export const etcdSettings = z
  .strictObject({
    members: z
      .union([z.literal(1), z.literal(3), z.literal(5)])
      .default(3)
      .describe("Number of etcd members. 3 survive the loss of one member, 5 the loss of two."),
    heartbeatMilliseconds: wholeNumber(10, 5000)
      .default(100)
      .describe("Interval between heartbeats of the etcd leader, in milliseconds."),
    electionTimeoutMilliseconds: wholeNumber(50, 50000)
      .default(1000)
      .describe(
        "Time without a heartbeat after which etcd elects a new leader, in milliseconds. At " +
          "least five times the heartbeat interval.",
      ),
    quotaMegabytes: wholeNumber(64, 8192)
      .default(512)
      .describe("Database size at which etcd refuses writes, in MiB. Patroni needs a few MiB."),
    compactionRetentionHours: wholeNumber(1, 168)
      .default(1)
      .describe("How long etcd keeps old versions of keys, in hours."),
    memoryMegabytes: wholeNumber(64, 65536)
      .default(256)
      .describe("Memory limit of one etcd member, in MiB."),
    cpus: processors("one etcd member"),
  })
  .refine((etcd) => etcd.electionTimeoutMilliseconds >= 5 * etcd.heartbeatMilliseconds, {
    path: ["electionTimeoutMilliseconds"],
    message: "must be at least five times heartbeatMilliseconds, or etcd refuses to start",
  })
  .prefault({});
