import type { Look } from "../look/look";
import { archiveLag, lastBackup, windowOf } from "./window";

/** The backups of a cluster, in short. Unknown values are null. */
export interface BackupStatus {
  /** Why the repository says nothing; null if it answers. */
  silence: string | null;
  /** Name, type and end of the last backup; times are ISO 8601. */
  last: { name: string; type: "full" | "diff" | "incr"; ended: string } | null;
  /** The points in time that can be restored. */
  recoverable: { from: string; to: string } | null;
  /** Age of the last WAL in the repository, in seconds. */
  archiveLagSeconds: number | null;
  /** WAL files that wait on the primary. */
  waitingFiles: number | null;
}

/** The backups; null without any in the stack file. */
export function backupStatus({ repositories: [repository] }: Look): BackupStatus | null {
  if (repository === undefined) return null;
  const { facts, silence } = repository;
  const none = { last: null, recoverable: null, archiveLagSeconds: null, waitingFiles: null };
  if (facts === undefined) return { silence, ...none };
  const last = lastBackup(facts);
  const window = windowOf(facts);
  return {
    silence: facts.problem,
    last:
      last === undefined ? null : { name: last.label, type: last.type, ended: isoTime(last.stop) },
    recoverable:
      window === undefined ? null : { from: isoTime(window.from), to: isoTime(window.to) },
    archiveLagSeconds: archiveLag(facts) ?? null,
    waitingFiles: facts.archiver?.waiting ?? null,
  };
}

const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString();
