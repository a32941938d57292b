import type { Backup, RepositoryFacts } from "../look/repositoryFacts";

/** The points in time that can be restored, in seconds since 1970. */
export interface Window {
  from: number;
  to: number;
}

/** How far the archive is behind the primary, in seconds; undefined if nobody knows. */
export function archiveLag({ archiver }: RepositoryFacts): number | undefined {
  if (archiver === null) return undefined;
  const { now, lastArchivedAt } = archiver;
  return lastArchivedAt === null ? undefined : Math.max(0, now - lastArchivedAt);
}

/**
 * The recoverable window: from the end of the oldest backup after the last gap in the WAL to the
 * last archived WAL. Undefined without one.
 */
export function windowOf(facts: RepositoryFacts): Window | undefined {
  const { backups = [], gaps = [], archiver } = facts;
  const lastGap = gaps
    .map(([, after]) => after)
    .toSorted()
    .at(-1);
  const [first] = backups.filter(
    ({ walStart }) => lastGap === undefined || (walStart !== null && !isBefore(walStart, lastGap)),
  );
  if (first === undefined) return undefined;
  return { from: first.stop, to: Math.max(first.stop, archiver?.lastArchivedAt ?? first.stop) };
}

/** Whether a WAL file comes before another one, whatever their timelines. */
const isBefore = (name: string, other: string) => name.slice(8) < other.slice(8);

/** The newest backup; undefined without one. */
export const lastBackup = ({ backups = [] }: RepositoryFacts): Backup | undefined => backups.at(-1);
