import { z } from "zod";
import { line, port, processors, wholeNumber } from "./values";

const sections =
  /^\s*(backend|cache|crt-store|defaults|fcgi-app|frontend|global|http-errors|listen|log-forward|mailers|peers|program|resolvers|ring|traces|userlist)(\s|$)/;

/** Lines of haproxy.cfg as they stand. */
const extraLines = (where: string) =>
  z
    .array(line().refine((text) => !sections.test(text), "must not begin another section"))
    .default([])
    .describe(`Additional lines of haproxy.cfg in ${where}.`);

/** The router in front of the members. */
export const haproxySettings = z
  .strictObject({
    instances: wholeNumber(1, 9)
      .default(1)
      .describe(
        "Number of HAProxies. More than one needs as many hosts: only on virtual machines.",
      ),
    writePort: port().default(5000).describe("Port for connections to the primary."),
    readPort: port().default(5001).describe("Port for connections to standbys."),
    statsPort: port()
      .default(8404)
      .describe("Port of the statistics page (`/stats`) and of `/metrics`."),
    restApiPort: port().default(8009).describe("Port of the primary's Patroni REST API."),
    readBalance: z
      .enum(["roundrobin", "leastconn", "source"])
      .default("leastconn")
      .describe(
        "How HAProxy distributes read connections. `source` sends all connections of a client " +
          "address to the same standby, as cancel requests and parallel dumps need.",
      ),
    readFrom: z
      .enum(["standbys", "all"])
      .default("standbys")
      .describe(
        "Which members serve reads: standbys, and the primary only if there is no standby, or " +
          "all members.",
      ),
    maximumReadLagMegabytes: wholeNumber(0, 1048576)
      .default(16)
      .describe("A standby that lags more than this serves no reads, in MiB."),
    maxConnections: wholeNumber(10, 100000)
      .default(2000)
      .describe("Maximum number of connections of one HAProxy, over all ports."),
    queueTimeoutSeconds: wholeNumber(1, 3600)
      .default(10)
      .describe(
        "How long a connection waits when its member has no free one, in seconds. A member " +
          "takes `max_connections` less 10, and less `reserved_connections`.",
      ),
    checkIntervalMilliseconds: wholeNumber(100, 60000)
      .default(1000)
      .describe("Interval between two health checks of a member, in milliseconds."),
    checkFall: wholeNumber(1, 10)
      .default(3)
      .describe("Number of failed checks after which a member gets no connections."),
    checkRise: wholeNumber(1, 10)
      .default(1)
      .describe("Number of passed checks after which a member gets connections."),
    connectTimeoutMilliseconds: wholeNumber(100, 60000)
      .default(300)
      .describe(
        "Timeout of a connection to a member, and pause before the next attempt if it is " +
          "refused, in milliseconds.",
      ),
    checkTimeoutMilliseconds: wholeNumber(100, 60000)
      .default(2000)
      .describe("How long a health check waits for the member's answer, in milliseconds."),
    clientTimeoutSeconds: wholeNumber(1, 604800)
      .default(86400)
      .describe("Idle time after which HAProxy closes a session, in seconds."),
    reloadGraceSeconds: wholeNumber(60, 604800)
      .default(14400)
      .describe(
        "How long sessions may continue after HAProxy has loaded other settings or " +
          "certificates, in seconds. The three latest loads count: earlier sessions end.",
      ),
    extraLines: z
      .strictObject({
        global: extraLines("the section `global`"),
        defaults: extraLines("the section `defaults` of PostgreSQL's ports"),
        write: extraLines("the frontend of `writePort`, before its own rules"),
        read: extraLines("the frontend of `readPort`, before its own rules"),
        primary: extraLines("the backend of the primary"),
        standbys: extraLines("the backend of the standbys"),
      })
      .prefault({}),
    memoryMegabytes: wholeNumber(32, 65536)
      .default(256)
      .describe("Memory limit of one HAProxy, in MiB."),
    cpus: processors("one HAProxy"),
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
