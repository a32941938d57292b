import { z } from "zod";
import { port, whole } from "./values";

/** The router in front of the members. */
export const haproxySettings = z
  .strictObject({
    instances: whole(1, 9)
      .default(1)
      .describe("How many HAProxies. More than one need as many hosts: virtual machines only."),
    writePort: port().default(5000).describe("Port that leads to the primary."),
    readPort: port().default(5001).describe("Port that leads to the standbys."),
    statsPort: port().default(8404).describe("Port of the /stats page and of /metrics."),
    restApiPort: port().default(8009).describe("Port that leads to the leader's Patroni REST API."),
    readBalance: z
      .enum(["roundrobin", "leastconn"])
      .default("leastconn")
      .describe("How reads are spread."),
    readFrom: z
      .enum(["standbys", "all"])
      .default("standbys")
      .describe("Who serves reads: standbys, with the primary as the last resort, or all members."),
    maximumReadLagMegabytes: whole(0, 1048576)
      .default(16)
      .describe("A standby that lags more than this serves no reads, in MiB."),
    maxConnections: whole(10, 100000)
      .default(2000)
      .describe("Connections that HAProxy holds at most, all ports together."),
    checkIntervalMilliseconds: whole(100, 60000)
      .default(1000)
      .describe("Time between two checks of a member, in milliseconds."),
    checkFall: whole(1, 10).default(3).describe("Failed checks until a member is out."),
    checkRise: whole(1, 10).default(1).describe("Passed checks until a member is in."),
    connectTimeoutMilliseconds: whole(100, 60000)
      .default(300)
      .describe(
        "Time for a connection to a member, and until another try if it is refused, in milliseconds.",
      ),
    clientTimeoutMinutes: whole(1, 10080)
      .default(1440)
      .describe("Idle time after which a client is cut off, in minutes."),
    memoryMegabytes: whole(32, 65536).default(256).describe("Memory limit of one HAProxy, in MiB."),
  })
  .superRefine((haproxy, context) => {
    const names = ["writePort", "readPort", "statsPort", "restApiPort"] as const;
    names.forEach((name, i) => {
      const earlier = names.slice(0, i).find((other) => haproxy[other] === haproxy[name]);
      if (earlier !== undefined) {
        context.addIssue({ code: "custom", path: [name], message: `is also haproxy.${earlier}` });
      }
    });
  })
  .prefault({});
