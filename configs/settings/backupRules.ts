import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Parameters that the archive sets. */
const ownParameters = ["archive_mode", "archive_command", "archive_library", "archive_timeout"];

/** Rules about backups. */
export function backupRules({ backup, postgres, restore }: Settings): Problem[] {
  const targets = (["time", "xid", "lsn", "name"] as const).filter(
    (one) => restore?.[one] !== undefined,
  );
  const several = [...targets, ...(restore?.immediate === true ? ["immediate"] : [])];
  const [first, second] = several;
  if (!backup.enabled) {
    const message = "needs backup.enabled: it restores from that repository";
    return restore === undefined ? [] : [{ path: "restore", message }];
  }
  return [
    ...(first !== undefined && second !== undefined
      ? [{ path: `restore.${second}`, message: `is also a target, as restore.${first}; keep one` }]
      : []),
    ...ownParameters
      .filter((name) => postgres.parameters[name] !== undefined)
      .map((name) => ({
        path: `postgres.parameters.${name}`,
        message:
          name === "archive_timeout"
            ? "is set by backup.archiveTimeoutSeconds; use that"
            : "is set by backup.enabled; remove one of the two",
      })),
    ...(postgres.recovery.restoreCommand === undefined
      ? []
      : [
          {
            path: "postgres.recovery.restoreCommand",
            message: "is set by backup.enabled; remove one of the two",
          },
        ]),
    ...(backup.s3?.ca !== undefined && !backup.s3.verify
      ? [{ path: "backup.s3.ca", message: "is not used if backup.s3.verify is false; keep one" }]
      : []),
    ...(["minimal"].includes(String(postgres.parameters.wal_level))
      ? [{ path: "postgres.parameters.wal_level", message: "must be replica or logical" }]
      : []),
    ...(backup.port === backup.memberPort
      ? [{ path: "backup.memberPort", message: `port ${backup.port} is also backup.port` }]
      : []),
    ...(backup.differentialEveryDays > 0 && backup.differentialEveryDays >= backup.fullEveryDays
      ? [
          {
            path: "backup.differentialEveryDays",
            message:
              `must be below backup.fullEveryDays (${backup.fullEveryDays}), or 0 for none; got ` +
              String(backup.differentialEveryDays),
          },
        ]
      : []),
  ];
}
