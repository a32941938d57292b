import { paths } from "../../configs/cluster/paths";
import type { LogLine } from "../logs";
import type { Look } from "../look/look";

/** How old a log line may be to explain what is seen now, in seconds. */
const freshSeconds = 600;

/** Longest part of a line that is quoted, in characters. */
const longest = 300;

/** What PostgreSQL's own processes, and not a client's session, put before a reason to end. */
const ownFailure = /\[\d+\] (FATAL|PANIC): /;

/** What says that a disk is full. */
export const fullDisk = /No space left on device/;

/** What the system answers to a service that may not read its data, or cannot. */
export const unreadableData = new RegExp(
  `(Permission denied|Input/output error|Stale file handle).*${paths.postgresData}|` +
    `${paths.postgresData}.*(Permission denied|Input/output error|Stale file handle)`,
);

/** What the primary answers to a standby that it does not let in. */
export const refusedStandby =
  /no pg_hba\.conf entry for replication|(password|scram|certificate) authentication failed for user|no password supplied/i;

/**
 * The last line of a service's log that matches, with its time of day, to be quoted as evidence.
 * @param freshness the age from which a line is too old, in seconds
 */
export function logged(
  { logs, ...look }: Look,
  service: string,
  pattern: RegExp,
  freshness = freshSeconds,
): string | undefined {
  const now = [...look.members, ...look.etcd].find(({ facts }) => facts !== undefined)?.askedAt;
  const since = (now ?? Date.now() / 1000) - freshness;
  const isMeant = ({ time, text }: LogLine) =>
    pattern.test(text) && Date.parse(`${time.slice(0, 23)}Z`) / 1000 >= since;
  return quoted(logs?.[service]?.findLast(isMeant));
}

/** Why PostgreSQL itself ended, as its log says. */
export function ownEnd(look: Look, service: string): string | undefined {
  const end = logged(look, service, ownFailure);
  // The line before has the parameter.
  const parameter = logged(look, service, /\[\d+\] LOG: .*(parameter|syntax error in file)/);
  return end?.includes("contains errors") === true && parameter !== undefined
    ? `${parameter}; ${end}`
    : end;
}

/** What a member that has not started Patroni yet waits for, as its log says. */
export const startWait = (look: Look, member: string): string | undefined =>
  logged(look, member, new RegExp(`\\b${member}: (waits|stopped)`), Infinity);

/** The last line of all, for a service that says nothing. */
export const lastWords = (look: Look, service: string): string | undefined =>
  logged(look, service, /\S/, Infinity);

/** Evidence with the line of the log that belongs to it, if there is one. */
export const withLog = (evidence: string, line: string | undefined): string =>
  line === undefined ? evidence : `${evidence}; ${line}`;

function quoted(line: LogLine | undefined): string | undefined {
  if (line === undefined) return undefined;
  const text = line.text
    // The journal's and PostgreSQL's own prefixes.
    .replace(/^[\w.@-]+\[\d+\]: /, "")
    .replace(/^\d{4}-\d\d-\d\d [\d:.,]+ (\w+ )?(\[\d+\] )?/, "")
    .replace(/\s+/g, " ");
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return `log ${line.time.slice(11, 19)}: "${short}"`;
}
