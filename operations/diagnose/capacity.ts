import { oldAge } from "../../configs/postgres/limits";
import { bytes, duration } from "../units";
import type { Look } from "../look/look";
import type { DatabaseFacts } from "../look/memberFacts";
import { isArchiveFailing, isPrimary } from "../look/symptoms";
import { type Check, type Context, type Finding, finding } from "./finding";
import { logged, withLog } from "./logged";
import { lackOfSpace } from "./space";

/** Free space that PostgreSQL and etcd need immediately: one WAL segment, in bytes. */
const segmentBytes = 16 * 1024 ** 2;

/** Used shares of the connections for a warning, and for a critical finding. */
const [manyShare, allShare] = [0.8, 0.95];

/** Age of a transaction that causes a warning, in seconds. */
const longSeconds = 3600;

/** Checks disks, connections, transaction IDs and other limited resources. */
export const capacity: Check = (context) => {
  const { look, run } = context;
  const disks = [
    ...look.members.map(({ name, facts }) => ({ name, disk: facts?.disk.value })),
    ...look.etcd.map(({ name, facts }) => ({ name, disk: facts?.disk.value })),
  ];
  return [
    ...disks.flatMap(({ name, disk }) => {
      const severity = disk && lackOfSpace(disk);
      if (disk === undefined || severity === undefined) return [];
      if (disk.freeBytes < segmentBytes)
        return [finding("disk-full", name, `${bytes(disk.freeBytes)} free`, run("status"))];
      return [
        finding(
          "disk-nearly-full",
          name,
          `${bytes(disk.freeBytes)} of ${bytes(disk.bytes)} free`,
          run("status"),
          severity,
        ),
      ];
    }),
    ...look.members.flatMap((member) => {
      const database = member.facts?.database.value;
      if (database === undefined) return [];
      return [
        ...connections(member.name, database, context),
        ...(isPrimary(member) ? onPrimary(member.name, database, context) : []),
        ...(database.checksumFailures > 0
          ? [
              finding(
                "checksum-failures",
                member.name,
                `${database.checksumFailures} since the statistics were reset`,
                // A copy of damaged pages does not repair them.
                isPrimary(member) ? run("switchover") : run("reinit", member.name),
              ),
            ]
          : []),
      ];
    }),
  ];
};

function connections(
  name: string,
  { connections: used, maxConnections }: DatabaseFacts,
  { run }: Context,
): Finding[] {
  if (used < maxConnections * manyShare) return [];
  const severity = used >= maxConnections * allShare ? "critical" : "warning";
  const evidence = `${used} of ${maxConnections}`;
  return [finding("connections-saturated", name, evidence, run("activity", name), severity)];
}

function onPrimary(name: string, database: DatabaseFacts, { look, run }: Context): Finding[] {
  const { oldestTransactionAge: age, longestTransactionSeconds: longest, archiver } = database;
  return [
    ...(age > oldAge.warning
      ? [
          finding(
            "wraparound",
            name,
            `oldest transaction ID is ${age} transactions old`,
            run("activity", name),
            age > oldAge.critical ? "critical" : "warning",
          ),
        ]
      : []),
    ...(longest > longSeconds
      ? [finding("long-transaction", name, `open for ${duration(longest)}`, run("activity", name))]
      : []),
    ...(isArchiveFailing(database)
      ? [
          finding(
            "archive-failing",
            name,
            withLog(`${archiver.failedCount} failures`, archiveFailure(look, name)),
            run("logs", name),
          ),
        ]
      : []),
  ];
}

/** Why archiving fails, from the log: after three attempts PostgreSQL only counts them. */
const archiveFailure = (look: Look, name: string) =>
  logged(look, name, /archive command failed/) ?? logged(look, name, /archiv.*failed/);
