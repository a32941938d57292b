/** A complete backup in the repository. Times are in seconds since 1970. */
export interface Backup {
  label: string;
  type: "full" | "diff" | "incr";
  start: number;
  stop: number;
  /** The first and the last WAL file that it needs. */
  walStart: string | null;
  walStop: string | null;
  lsnStop: string | null;
  /** Size of the database, and what all that it needs takes in the repository, in bytes. */
  bytes: number;
  repositoryBytes: number;
  /** What this backup added to the repository, in bytes. */
  changedBytes: number;
  /** Whether it has pages with a wrong checksum. */
  hasError: boolean;
}

/** What a rehearsal has found. */
export interface Rehearsal {
  backup: string;
  bytes: number;
  start: number;
  stop: number;
  restoreSeconds: number;
  replaySeconds: number;
  /** From the beginning until it took writes. */
  rtoSeconds: number;
  /** Age of the last commit in the archive; null if there was none. */
  rpoSeconds: number | null;
  checks: string[];
}

/** What the primary says about its archive. */
export interface Archiver {
  now: number;
  mode: string;
  archived: number;
  lastArchived: string | null;
  lastArchivedAt: number | null;
  failed: number;
  lastFailed: string | null;
  lastFailedAt: number | null;
  /** WAL files that wait, and since when the oldest does. */
  waiting: number;
  waitingSince: number | null;
  current: string;
}

/** Facts from the repository: what `programs/backup/repository.py report` prints. */
export interface RepositoryFacts {
  now: number;
  stanza?: string;
  /** Whether the repository is ready to receive WAL. */
  isMade?: boolean;
  /** Complete backups, the oldest first; undefined if {@link problem} is there. */
  backups?: Backup[];
  /** Missing WAL after the oldest backup: the files before and after each gap. */
  gaps?: [string, string][];
  /** Type of the backup that is due now; null if none is. */
  due: Backup["type"] | null;
  /** When it was to begin. */
  dueSince: number | null;
  /** When backups of each type begin next. */
  next: Partial<Record<Backup["type"], number>>;
  /** The last attempt of a backup. Without `stop` it runs, or was cut short. */
  lastAttempt: {
    type: Backup["type"];
    start: number;
    stop?: number;
    error?: string | null;
  } | null;
  /** The last rehearsal; its times are undefined if it failed. */
  rehearsal: ({ start: number; error: string | null } & Partial<Rehearsal>) | null;
  /** Whether a backup or a rehearsal runs now. */
  isRunning: boolean;
  archiver: Archiver | null;
  /** Why the primary says nothing. */
  archiverProblem: string | null;
  /** Why the repository cannot be read. */
  problem: string | null;
  /** The repository's disk; null if it is in S3-compatible storage. */
  disk: { bytes: number; freeBytes: number } | null;
}
