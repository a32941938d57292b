/** What PgBouncer tracks whatever its settings say. */
const alwaysTracked = [
  "application_name",
  "client_encoding",
  "DateStyle",
  "standard_conforming_strings",
  "TimeZone",
];

/**
 * Parameters that PostgreSQL reports to clients and that clients can change, with the major version since which it does
 * (PostgreSQL's documentation, "Asynchronous Operations").
 */
const reportedSince: Record<string, number> = {
  IntervalStyle: 13,
  default_transaction_read_only: 14,
  search_path: 18,
};

/**
 * What the pool tracks beside PgBouncer's own list: a client's `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY`
 * would otherwise hold for the next client of the server connection.
 */
export const trackedByDefault = (version: number): string[] =>
  Object.entries(reportedSince)
    .filter(([, since]) => version >= since)
    .map(([name]) => name);

/** Whether the pool keeps a parameter for each client without a setting. */
export const isTrackedAnyway = (name: string, version: number): boolean =>
  [...alwaysTracked, ...trackedByDefault(version)].some((one) => isSame(one, name));

/** The major version since which PostgreSQL reports a parameter to clients; undefined if it never does. */
export const reportedFrom = (name: string): number | undefined =>
  Object.entries(reportedSince).find(([one]) => isSame(one, name))?.[1];

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
