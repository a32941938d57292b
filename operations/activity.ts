import type { Reach } from "../platforms/reach";
import { onMember } from "./memberSql";

/** A client's session that runs a statement or has an open transaction. */
export interface Session {
  pid: number;
  user: string | null;
  database: string | null;
  application: string;
  client: string | null;
  state: string;
  /** What it waits for, such as `Lock: transactionid`; null if nothing. */
  waitsFor: string | null;
  /** Age of its transaction and of its statement, in seconds. */
  transactionSeconds: number | null;
  statementSeconds: number | null;
  /** Sessions that block it. */
  blockedBy: number[];
  /** The first 200 characters of its statement. */
  statement: string;
}

const sessions = `
SELECT coalesce(json_agg(s), '[]') FROM (
  SELECT pid, usename AS user, datname AS database, application_name AS application,
    host(client_addr) AS client, coalesce(state, '') AS state,
    wait_event_type || ': ' || wait_event AS "waitsFor",
    extract(epoch FROM now() - xact_start)::float AS "transactionSeconds",
    extract(epoch FROM now() - query_start)::float AS "statementSeconds",
    pg_blocking_pids(pid) AS "blockedBy",
    left(regexp_replace(query, '\\s+', ' ', 'g'), 200) AS statement
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'
  ORDER BY xact_start NULLS LAST) s`;

/** Sessions of a member that are not idle, the oldest transaction first. */
export const activityOf = async (reach: Reach, member: string): Promise<Session[]> =>
  JSON.parse(await onMember(reach, member, sessions)) as Session[];

/** The sessions that wait for a lock of another one, and those that block others. */
export async function locksOf(reach: Reach, member: string): Promise<Session[]> {
  const all = await activityOf(reach, member);
  const blockers = new Set(all.flatMap(({ blockedBy }) => blockedBy));
  return all.filter(({ pid, blockedBy }) => blockedBy.length > 0 || blockers.has(pid));
}
