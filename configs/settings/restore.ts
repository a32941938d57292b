import { z } from "zod";
import { momentOf } from "../backup/moment";
import { wholeNumber } from "./values";

/** The restore of a backup, which is done once. */
export const restoreSettings = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, "must be lower-case letters, digits, dots and hyphens")
      .describe(
        "Name of this restore. The restored data records it, and no update restores it again; " +
          "another restore needs another name.",
      ),
    time: z
      .string()
      .refine(
        (text) => momentOf(text) !== undefined,
        "must be a time with its zone: 2026-11-28T12:00:00Z",
      )
      .optional()
      .describe("Restore up to this time. Default: to the end of the archive."),
    xid: z
      .string()
      .regex(/^\d{1,10}$/, "must be a transaction ID in quotes")
      .optional()
      .describe("Restore up to this transaction ID."),
    lsn: z
      .string()
      .regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/, "must be an LSN such as 0/3000028")
      .optional()
      .describe("Restore up to this WAL position."),
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,63}$/, "must be letters, digits, dots, hyphens and underscores")
      .optional()
      .describe("Restore up to a restore point of `pg_create_restore_point()`."),
    immediate: z
      .boolean()
      .default(false)
      .describe("Restore only until the backup is consistent, without later WAL."),
    inclusive: z
      .boolean()
      .default(true)
      .describe("Whether the transaction at the target is restored too."),
    backup: z
      .string()
      .regex(/^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/, "must be the name of a backup")
      .optional()
      .describe("Backup to restore. Default: the newest one before the target."),
    timeline: wholeNumber(1, 2147483647)
      .optional()
      .describe("Timeline to follow. Default: the newest one in the archive."),
    cluster: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, "must be the name of a cluster")
      .optional()
      .describe(
        "Name of the cluster in the repository, if it was another one. Default: `clusterName`.",
      ),
    system: z
      .string()
      .regex(/^\d{1,20}$/, "must be a system identifier in quotes")
      .optional()
      .describe("System identifier of the cluster, if the repository has several of that name."),
  })
  .optional()
  .describe("A restore of a backup. It is done once. Default: none.");
