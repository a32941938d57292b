import { archiveLag, lastBackup } from "../backup/window";
import type { RepositoryFacts } from "../look/repositoryFacts";
import { bytes, duration } from "../units";
import { type Check, type Context, type Finding, finding } from "./finding";
import { lackOfSpace } from "./space";
import { nextFor } from "./stopped";

/** From when on a late archive endangers what is written, in seconds. */
const longLateSeconds = 900;

/** A schedule that starts a backup a little late is not overdue, in seconds. */
const graceSeconds = 3600;

/** Checks the archive, the backups and the repository. */
export const backups: Check = (context) => {
  const { look, run } = context;
  return look.repositories.flatMap((repository) => {
    const { name, facts, silence } = repository;
    if (facts !== undefined) return [...archive(name, facts, context), ...kept(name, facts, run)];
    return [finding("repository-unreachable", name, silence, nextFor(repository, { run }))];
  });
};

function archive(name: string, facts: RepositoryFacts, { settings, run, look }: Context) {
  const { archiver, gaps = [] } = facts;
  const { archiveTimeoutSeconds } = settings.backup;
  const lag = archiveLag(facts);
  const logs = run("logs", name);
  const last = gaps.at(-1);
  const gap =
    last === undefined
      ? []
      : [
          finding(
            "archive-gap",
            name,
            `WAL is missing between ${last[0]} and ${last[1]}`,
            run("backup", "now", "--type", "full"),
          ),
        ];
  // Without a primary there is nothing to archive, and another finding says so.
  if (archiver === null) return gap;
  if (archiver.mode !== "on")
    return [...gap, finding("archive-late", name, "archive_mode is off", run("restart"))];
  const limit = 2 * archiveTimeoutSeconds + 30;
  const waited = archiver.waitingSince === null ? 0 : archiver.now - archiver.waitingSince;
  const late = Math.max(waited, lag ?? 0);
  const since = look.members.flatMap(({ facts: of }) => of?.database.value?.started ?? []);
  const isYoung = since.some((started) => facts.now - started < limit);
  if (late <= limit || (waited <= limit && isYoung)) return gap;
  const evidence = `the last WAL arrived ${duration(late)} ago, ${archiver.waiting} files wait`;
  const severity = late > longLateSeconds ? "critical" : "warning";
  return [...gap, finding("archive-late", name, evidence, logs, severity)];
}

/** Why the last attempt has no result; null if it has one, or still runs. */
function whyFailed(
  { type, stop, error }: NonNullable<RepositoryFacts["lastAttempt"]>,
  isRunning: boolean,
): string | null {
  const isCut = stop === undefined && !isRunning;
  return isCut ? `the last ${type} backup was cut short` : (error ?? null);
}

function kept(name: string, facts: RepositoryFacts, run: Context["run"]): Finding[] {
  const { problem, lastAttempt, isRunning, dueSince, disk } = facts;
  const logs = run("logs", name);
  if (problem !== null) return [finding("repository-unreadable", name, problem, logs)];
  const backup = lastBackup(facts);
  const lack = disk === null ? undefined : lackOfSpace(disk);
  const failed = lastAttempt === null ? null : whyFailed(lastAttempt, isRunning);
  return [
    ...(failed === null ? [] : [finding("backup-failed", name, failed, logs)]),
    ...(backup === undefined && !isRunning && failed === null
      ? [finding("backup-missing", name, "the repository has no backup", run("backup", "now"))]
      : []),
    ...(backup !== undefined &&
    failed === null &&
    dueSince !== null &&
    facts.now - dueSince > graceSeconds
      ? [
          finding(
            "backup-overdue",
            name,
            `the last backup is ${duration(facts.now - backup.stop)} old`,
            run("backup", "now"),
          ),
        ]
      : []),
    ...(typeof facts.rehearsal?.error === "string"
      ? [finding("rehearsal-failed", name, facts.rehearsal.error, run("backup", "rehearse"))]
      : []),
    ...(backup?.hasError === true
      ? [finding("backup-damaged", name, `${backup.label} has damaged pages`, logs)]
      : []),
    ...(disk !== null && lack !== undefined
      ? [
          finding(
            "repository-full",
            name,
            `${bytes(disk.freeBytes)} of ${bytes(disk.bytes)} are free`,
            run("backup", "list"),
            lack,
          ),
        ]
      : []),
  ];
}
