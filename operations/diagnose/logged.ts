import { paths } from "../../configs/cluster/paths";
import type { LogLine } from "../logs";
import type { Look } from "../look/look";

/** Maximum age, in seconds, of a log line that can explain the current state. */
const freshSeconds = 600;

/** Maximum length of a quoted part of a line, in characters. */
const longest = 300;

/** The prefix of a fatal error in PostgreSQL's own processes, as opposed to client sessions. */
const ownFailure = /\[\d+\] (FATAL|PANIC): /;

/** Messages for a full disk. */
export const fullDisk = /No space left on device/;

/** Messages of the operating system for data that a service may not or cannot read. */
export const unreadableData = new RegExp(
  `(Permission denied|Input/output error|Stale file handle).*${paths.postgresData}|` +
    `${paths.postgresData}.*(Permission denied|Input/output error|Stale file handle)`,
);

/** Messages of a primary that rejects a standby. */
export const refusedStandby =
  /no pg_hba\.conf entry for replication|(password|scram|certificate) authentication failed for user|no password supplied/i;

/**
 * The last matching line of a service's log, with its time of day, to be quoted as evidence.
 * @param freshness maximum age of the line, in seconds
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

/** Why PostgreSQL stopped, from its log. */
export function ownEnd(look: Look, service: string): string | undefined {
  const end = logged(look, service, ownFailure);
  // The previous line names the parameter.
  const parameter = logged(look, service, /\[\d+\] LOG: .*(parameter|syntax error in file)/);
  return end?.includes("contains errors") === true && parameter !== undefined
    ? `${parameter}; ${end}`
    : end;
}

/** What a member waits for before it starts Patroni, from its log. */
export const startWait = (look: Look, member: string): string | undefined =>
  logged(look, member, new RegExp(`\\b${member}: (waits|stopped)`), Infinity);

/** The last line of the log, for a service that does not answer. */
export const lastWords = (look: Look, service: string): string | undefined =>
  logged(look, service, /\S/, Infinity);

/** Evidence, with the matching log line if there is one. */
export const withLog = (evidence: string, line: string | undefined): string =>
  line === undefined ? evidence : `${evidence}; ${line}`;

function quoted(line: LogLine | undefined): string | undefined {
  if (line === undefined) return undefined;
  const text = (messageIn(line.text) ?? line.text)
    // The prefixes of the journal and of PostgreSQL.
    .replace(/^[\w.@-]+\[\d+\]: /, "")
    .replace(/^\d{4}-\d\d-\d\d [\d:.,]+ (\w+ )?(\[\d+\] )?/, "")
    .replace(/\s+/g, " ");
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return `log ${line.time.slice(11, 19)}: "${short}"`;
}

/** What etcd says in a line of its log, which is a JSON object; undefined in all other logs. */
function messageIn(text: string): string | undefined {
  if (!/^\{.*\}$/.test(text)) return undefined;
  try {
    const { level, msg, error } = JSON.parse(text) as Record<string, unknown>;
    const words = [level, msg, error].filter((word) => typeof word === "string");
    return words.length > 0 ? words.join(": ") : undefined;
  } catch {
    return undefined;
  }
}
