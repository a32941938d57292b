import { z } from "zod";
import { s3Settings } from "./s3";
import { line, port, postgresName, processors, wholeNumber } from "./values";

/** Backups by pgBackRest: the repository, what is archived, and when backups are taken. */
export const backupSettings = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        "Keep backups and all WAL in a repository: a service of the cluster, on hosts the service " +
          "`repository1` of one of `vm.hosts`. A change is a rolling restart of the members.",
      ),
    key: z
      .string()
      .regex(/^[A-Za-z0-9]{32,256}$/, "must be 32 to 256 letters and digits")
      .optional()
      .describe(
        "Key of the repository, a secret. Set it to use a repository whose stack is lost. " +
          "Default: generated, and in the output `backupKey`.",
      ),
    s3: s3Settings,
    startTime: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 01:30")
      .default("01:00")
      .describe("Time of day at which scheduled backups start, in UTC."),
    fullEveryDays: wholeNumber(1, 365)
      .default(7)
      .describe("Days from one full backup to the next."),
    differentialEveryDays: wholeNumber(0, 365)
      .default(1)
      .describe(
        "Days from one differential backup to the next: what changed since the last full " +
          "backup. 0: none.",
      ),
    incrementalEveryHours: wholeNumber(0, 24)
      .default(0)
      .describe(
        "Hours from one incremental backup to the next: what changed since the last backup of " +
          "any type. 0: none.",
      ),
    rehearseEveryDays: wholeNumber(0, 365)
      .default(7)
      .describe(
        "Days from one rehearsal to the next: the latest backup is restored beside the " +
          "repository, checked, and removed. It needs room for the database there. 0: none.",
      ),
    rehearsalChecks: z
      .array(
        z.strictObject({
          database: postgresName().describe("Database in which it runs."),
          sql: line().describe("A query whose first value must be true."),
        }),
      )
      .default([])
      .describe("Questions that a rehearsal asks the restored databases."),
    keepFull: wholeNumber(1, 1000)
      .default(2)
      .describe(
        "Number of full backups to keep, with all that depends on them and all WAL since the " +
          "oldest one.",
      ),
    archiveTimeoutSeconds: wholeNumber(5, 3600)
      .default(60)
      .describe(
        "Longest time until a commit reaches the repository, in seconds: an unfilled WAL file " +
          "is archived then (PostgreSQL's archive_timeout).",
      ),
    queueMegabytes: wholeNumber(64, 1048576)
      .default(4096)
      .describe(
        "WAL that may wait on the primary for an unreachable repository, in MiB. Beyond it WAL " +
          "is dropped, so that the disk does not fill up: no point in time after that can be " +
          "restored until the next full backup.",
      ),
    compression: z
      .enum(["none", "lz4", "zst", "gz"])
      .default("zst")
      .describe("Compression of backups and WAL."),
    processes: wholeNumber(1, 64)
      .default(2)
      .describe("Processes that compress and send in parallel, for a backup and for a restore."),
    port: port().default(8432).describe("Port of the repository."),
    memberPort: port()
      .default(8433)
      .describe("Port of the service beside each member that reads its files for a backup."),
    memoryMegabytes: wholeNumber(64, 65536)
      .default(512)
      .describe("Memory limit of the repository, and of the service beside each member, in MiB."),
    cpus: processors("the repository, and the service beside each member,"),
  })
  .prefault({})
  .describe("Backups by pgBackRest.");
