/** Parameters that PgBouncer always tracks. */
const alwaysTracked = [
  "application_name",
  "client_encoding",
  "DateStyle",
  "standard_conforming_strings",
  "TimeZone",
];

/**
 * Parameters that PostgreSQL reports to clients and clients can change, with the first major
 * version that reports them (PostgreSQL's documentation, "Asynchronous Operations").
 */
const reportedSince: Record<string, number> = {
  IntervalStyle: 13,
  default_transaction_read_only: 14,
  search_path: 18,
};

/**
 * Parameters that the pool tracks besides PgBouncer's own list: a client's
 * `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY` would otherwise affect the next client of
 * the server connection.
 */
export const trackedByDefault = (version: number): string[] =>
  Object.entries(reportedSince)
    .filter(([, since]) => version >= since)
    .map(([name]) => name);

/** Whether the pool keeps a parameter for each client by default. */
export const isTrackedAnyway = (name: string, version: number): boolean =>
  [...alwaysTracked, ...trackedByDefault(version)].some((one) => isSame(one, name));

/** The first major version that reports a parameter to clients; undefined if none does. */
export const reportedFrom = (name: string): number | undefined =>
  Object.entries(reportedSince).find(([one]) => isSame(one, name))?.[1];

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
