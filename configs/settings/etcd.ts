import { z } from "zod";
import { whole } from "./values";

/** The etcd cluster that holds the leader's lease. */
export const etcdSettings = z
  .strictObject({
    members: z
      .union([z.literal(1), z.literal(3), z.literal(5)])
      .default(3)
      .describe("Members: 1, 3 or 5. An even number survives no more failures than one less."),
    heartbeatMilliseconds: whole(10, 5000)
      .default(100)
      .describe("Interval of the etcd leader's heartbeats, in milliseconds."),
    electionTimeoutMilliseconds: whole(50, 50000)
      .default(1000)
      .describe(
        "Time without a heartbeat until etcd elects a leader, in milliseconds; at least five heartbeats.",
      ),
    quotaMegabytes: whole(64, 8192)
      .default(512)
      .describe("Size at which etcd refuses writes, in MiB. Patroni needs a few."),
    compactionRetentionHours: whole(1, 168)
      .default(1)
      .describe("How much of the key history is kept, in hours."),
    memoryMegabytes: whole(64, 65536)
      .default(256)
      .describe("Memory limit of one etcd member, in MiB."),
  })
  .refine((etcd) => etcd.electionTimeoutMilliseconds >= 5 * etcd.heartbeatMilliseconds, {
    path: ["electionTimeoutMilliseconds"],
    message: "must be at least five times heartbeatMilliseconds, or etcd refuses to start",
  })
  .prefault({});
