import type { Look } from "./look/look";

/** A change of the primary. */
export interface Event {
  /** ISO 8601; null if Patroni did not record it. */
  time: string | null;
  /** The timeline that began. */
  timeline: number;
  /** The new primary; null if Patroni did not record it. */
  primary: string | null;
  /** Where the former timeline ends in the WAL. */
  position: string;
  reason: string;
}

/**
 * The changes of the primary, the oldest first, as the member with the longest history reports
 * them.
 */
export function eventsOf({ members }: Pick<Look, "members">): Event[] {
  const histories = members.flatMap(({ facts }) =>
    facts?.history.value === undefined ? [] : [facts.history.value],
  );
  const longest = histories.toSorted((a, b) => b.length - a.length)[0] ?? [];
  return longest.map(([timeline, position, reason, time, primary]) => ({
    time: time ?? null,
    timeline: timeline + 1,
    primary: primary ?? null,
    position: positionText(position),
    reason,
  }));
}

/** A position in the WAL as PostgreSQL writes it. */
function positionText(position: number): string {
  const high = Math.floor(position / 2 ** 32);
  const hex = (number: number) => number.toString(16).toUpperCase();
  return `${hex(high)}/${hex(position % 2 ** 32)}`;
}
