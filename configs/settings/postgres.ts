import { z } from "zod";
import { serviceNames } from "../cluster/names";
import { initdbProblems, initdbSettings } from "./initdb";
import { line, localeName, parameterValue, processors, wholeNumber } from "./values";

const basebackup = z
  .strictObject({
    maxRateMegabytesPerSecond: wholeNumber(1, 1024)
      .optional()
      .describe(
        "Maximum rate of the base backup that creates a standby, in MiB per second. Default: no limit.",
      ),
    checkpoint: z
      .enum(["fast", "spread"])
      .default("fast")
      .describe(
        "Whether that base backup starts with an immediate checkpoint or waits for a spread one.",
      ),
  })
  .prefault({});

const recovery = z
  .strictObject({
    restoreCommand: line()
      .optional()
      .describe(
        "Command with which a standby fetches a WAL file from an archive: %f is its name, %p its " +
          "path.",
      ),
    archiveCleanupCommand: line()
      .optional()
      .describe("Command that removes WAL files that a standby no longer needs. %r: the oldest."),
    recoveryEndCommand: line().optional().describe("Command that runs at the end of a recovery."),
    applyDelaySeconds: z
      .record(z.string(), wholeNumber(1, 2147483))
      .default({})
      .describe(
        "By member: how long after a commit it applies the change, in seconds. The member needs " +
          "the tag nofailover.",
      ),
  })
  .prefault({});

const callbacks = z
  .strictObject({
    onStart: line().optional().describe("Command that Patroni runs after PostgreSQL has started."),
    onStop: line().optional().describe("Command that Patroni runs after PostgreSQL has stopped."),
    onRestart: line()
      .optional()
      .describe("Command that Patroni runs after PostgreSQL has restarted."),
    onReload: line()
      .optional()
      .describe("Command that Patroni runs after PostgreSQL has reloaded its configuration."),
    onRoleChange: line()
      .optional()
      .describe("Command that Patroni runs after PostgreSQL has become primary or standby."),
  })
  .prefault({});

/** Patroni's tags of one member. */
const tags = z.strictObject({
  nofailover: z.boolean().optional().describe("Never promote this member."),
  failoverPriority: wholeNumber(0, 1000)
    .optional()
    .describe(
      "Of standbys with the same WAL, the one with the highest priority is promoted. 0: never " +
        "promote this member.",
    ),
  noloadbalance: z.boolean().optional().describe("Send no reads to this member."),
  nosync: z.boolean().optional().describe("Never use this member as a synchronous standby."),
  clonefrom: z.boolean().optional().describe("New standbys copy their data from this member."),
  nostream: z
    .boolean()
    .optional()
    .describe(
      "Recover from the archive only, without streaming. Refused: such a member never becomes ready.",
    ),
  replicatefrom: line().optional().describe("Stream from this member instead of the primary."),
});

/** Whether a member streams from itself through other members, by their tags. */
function isFollowedBy(member: string, all: Record<string, z.output<typeof tags>>): boolean {
  const passed = new Set<string>();
  let source = all[member]?.replicatefrom;
  while (source !== undefined && source !== member && !passed.has(source)) {
    passed.add(source);
    source = all[source]?.replicatefrom;
  }
  return source === member;
}

/** PostgreSQL itself: number of members, size, parameters. */
export const postgresSettings = z
  .strictObject({
    members: wholeNumber(1, 9)
      .default(3)
      .describe(
        "Number of PostgreSQL members: one primary, the others standbys. Use at least 3 for " +
          "high availability.",
      ),
    version: wholeNumber(13, 18)
      .default(17)
      .describe(
        "PostgreSQL major version. Versions that the base image's distribution does not have " +
          "come from apt.postgresql.org.",
      ),
    memoryMegabytes: wholeNumber(256, 1048576)
      .default(1024)
      .describe(
        "Memory limit of one member, in MiB. The defaults of PostgreSQL's memory parameters " +
          "follow from it.",
      ),
    cpus: processors("one member"),
    packages: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+(=[\w.+:~-]+)?$/, "must be a package name"))
      .default([])
      .describe(
        "Additional Debian packages on the members, such as extensions. A change restarts the " +
          "members one after the other.",
      ),
    locales: z
      .array(localeName())
      .default([])
      .describe(
        "Additional locales of the C library on the members, such as de_DE.UTF-8, for databases and " +
          "collations. Those of `initdb` and of the parameters lc_* are there anyway.",
      ),
    parameters: z
      .record(
        // In lower case only: max_connections and Max_Connections would be two keys for one
        // parameter.
        z
          .string()
          .regex(/^[a-z_][a-z0-9_.]*$/, "must be the name of a PostgreSQL parameter in lower case"),
        parameterValue(),
      )
      .default({})
      .describe("PostgreSQL parameters. They override the program's defaults."),
    hba: z
      .array(line())
      .default([])
      .describe(
        "Additional pg_hba.conf lines. They come after the lines for replication and the " +
          "superuser, and before the lines that admit the cluster's networks and " +
          "`vm.clientNetworks`.",
      ),
    files: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must be a file name without a directory"),
        z.strictObject({
          content: z
            .string()
            .refine((text) => !text.includes("\0"), "must be text")
            .describe("Content of the file. It may be a secret."),
          executable: z.boolean().default(false).describe("Whether the file is a program."),
        }),
      )
      .default({})
      .describe(
        "Files that every member has in /etc/patroni/files, for callbacks and for recovery and " +
          "archive commands. Only PostgreSQL's user can read them.",
      ),
    initdb: initdbSettings.describe("Options of the first initdb. They cannot change afterwards."),
    ident: z
      .array(line())
      .default([])
      .describe(
        "Lines of pg_ident.conf, each MAP SYSTEM-USER DATABASE-USER. Lines of `postgres.hba` use a " +
          "map with `map=MAP`.",
      ),
    recovery: recovery.describe("How standbys get WAL that they cannot stream."),
    basebackup: basebackup.describe("How a new standby is copied."),
    callbacks: callbacks.describe("Commands that Patroni runs on events."),
    useSlots: z.boolean().default(true).describe("Keep WAL for standbys with replication slots."),
    usePgRewind: z.boolean().default(true).describe("Let a former primary rejoin with pg_rewind."),
    removeDataOnDivergence: z
      .boolean()
      .default(false)
      .describe(
        "Delete and copy the data of a former primary if pg_rewind fails. Writes that only " +
          "this member has are lost.",
      ),
    tags: z
      .record(z.string(), tags)
      .default({})
      .describe("Patroni's tags by member name, such as patroni3."),
    stopGraceSeconds: wholeNumber(10, 3600)
      .default(120)
      .describe(
        "How long a member may take to hand over leadership and stop before it is killed, in seconds.",
      ),
  })
  .superRefine((postgres, context) => {
    const names = serviceNames("patroni", postgres.members);
    for (const [member, memberTags] of Object.entries(postgres.tags)) {
      if (!names.includes(member)) {
        context.addIssue({
          code: "custom",
          path: ["tags", member],
          message: `is not a member; members are ${names.join(", ")}`,
        });
      }
      const source = memberTags.replicatefrom;
      if (source !== undefined && (!names.includes(source) || source === member)) {
        context.addIssue({
          code: "custom",
          path: ["tags", member, "replicatefrom"],
          message: "must be another member",
        });
      } else if (isFollowedBy(member, postgres.tags)) {
        context.addIssue({
          code: "custom",
          path: ["tags", member, "replicatefrom"],
          message: `leads back to ${member}: none of these members would stream from the leader`,
        });
      }
      // Patroni gives such a member no source, and only an archive brings it forward.
      if (memberTags.nostream === true) {
        context.addIssue({
          code: "custom",
          path: ["tags", member, "nostream"],
          message:
            "needs an archive to recover from, which members do not have; take it out, or use " +
            "noloadbalance, nosync and nofailover to keep work from a member",
        });
      }
    }
    for (const member of Object.keys(postgres.recovery.applyDelaySeconds)) {
      if (postgres.tags[member]?.nofailover === true) continue;
      context.addIssue({
        code: "custom",
        path: ["recovery", "applyDelaySeconds", member],
        message: names.includes(member)
          ? `needs postgres.tags.${member}.nofailover: true: it would lead only after its delay`
          : `is not a member; members are ${names.join(", ")}`,
      });
    }
    for (const [option, message] of initdbProblems(postgres.initdb, postgres.version)) {
      context.addIssue({ code: "custom", path: ["initdb", option], message });
    }
    const electable = names.filter((name) => {
      const memberTags = postgres.tags[name];
      return memberTags?.nofailover !== true && memberTags?.failoverPriority !== 0;
    });
    if (names.length > 0 && electable.length === 0) {
      context.addIssue({
        code: "custom",
        path: ["tags"],
        message: "leave no member that may lead",
      });
    }
  })
  .prefault({});
