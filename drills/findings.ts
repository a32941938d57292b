import type { Answers } from "./probes/clients";
import type { Acknowledged } from "./probes/load";
import type { MemberSample } from "./probes/memberWatch";
import type { MemberSpan, Outage, ClientError, Route, WriteRate } from "./result";

/** A member without a report for longer than this is silent, in milliseconds. */
const silence = 600;

/**
 * How late a busy client may read an answer, in milliseconds. A new leader needs longer than that,
 * so nothing relevant is missed.
 */
const readingDelay = 200;

/**
 * The outage of clients from the fault on: the longest time without an answer to any of them.
 * @param end of the observation, in milliseconds since 1970, as all times here
 */
export function outage(answers: Answers, fault: number, end: number): Outage {
  const times = [...answers.times].sort((a, b) => a - b);
  const before = times.filter((time) => time <= fault).at(-1) ?? fault;
  const marks = [before, ...times.filter((time) => time > fault), end];
  let longest = { from: before, to: before };
  marks.slice(1).forEach((to, i) => {
    const from = marks[i] ?? to;
    if (to - from > longest.to - longest.from) longest = { from, to };
  });
  const failures = answers.failures.filter(({ at }) => at > fault);
  return {
    longest: longest.to - longest.from,
    from: longest.from - fault,
    to: longest.to - fault,
    failures: failures.length,
    errors: clientErrors(failures, fault),
  };
}

/** The failures by reason, in the order of their first occurrence. */
function clientErrors(failures: Answers["failures"], fault: number): ClientError[] {
  const reasons = new Map<string, ClientError>();
  for (const { at, reason } of failures) {
    const known = reasons.get(reason) ?? { reason, times: 0, first: at - fault, last: 0 };
    reasons.set(reason, { ...known, times: known.times + 1, last: at - fault });
  }
  return [...reasons.values()];
}

/** A write that a member accepted, and its timeline. */
type Taken = Pick<Acknowledged, "at" | "timeline">;

/** Number of writes on a timeline after the first write on a newer one, which means two leaders. */
export function takenByFormerLeaders(writes: Taken[]): number {
  const sorted = [...writes].sort((a, b) => a.at - b.at);
  const begun = new Map<number, number>();
  for (const { at, timeline } of sorted) {
    if (!begun.has(timeline)) begun.set(timeline, at);
  }
  const wasReplaced = ({ at, timeline }: Taken) =>
    [...begun].some(([newer, since]) => newer > timeline && at > since + readingDelay);
  return sorted.filter(wasReplaced).length;
}

/**
 * Direct writes that members accepted, by their start: one that a member accepted before it hung
 * does not prove that it accepts writes afterwards.
 */
export const directWrites = (samples: MemberSample[]): Taken[] =>
  samples.flatMap(({ begun, timeline }) =>
    timeline === undefined ? [] : [{ at: begun, timeline }],
  );

/** A member's states over time, from its reports. @param end of the observation */
export function spans(samples: MemberSample[], fault: number, end: number): MemberSpan[] {
  const result: MemberSpan[] = [];
  const add = (from: number, to: number, state: MemberSpan["state"]) => {
    const last = result.at(-1);
    if (last?.state === state) last.to = to - fault;
    else if (to > from) result.push({ from: from - fault, to: to - fault, state });
  };
  samples.forEach(({ at, state }, i) => {
    const next = samples[i + 1]?.at ?? end;
    const until = Math.min(next, at + silence);
    add(at, until, state);
    if (next > until) add(until, next, "silent");
  });
  return result;
}

/** Writes per tenth of a second. */
export function writeRate(
  writes: Record<Route, Answers>,
  { begin, fault, end }: { begin: number; fault: number; end: number },
): WriteRate {
  const buckets = Math.ceil((end - begin) / 100);
  const counts = ({ times }: Answers) => {
    const result = Array<number>(buckets).fill(0);
    for (const time of times) {
      const bucket = Math.floor((time - begin) / 100);
      if (bucket >= 0 && bucket < buckets) result[bucket] = (result[bucket] ?? 0) + 1;
    }
    return result;
  };
  return {
    from: begin - fault,
    counts: { haproxy: counts(writes.haproxy), pgbouncer: counts(writes.pgbouncer) },
  };
}

/** Acknowledged writes that are not stored, and those that are stored more than once. */
export function compareStored(
  acknowledged: Acknowledged[],
  stored: Map<string, number>,
): { lost: string[]; duplicated: string[] } {
  const ids = acknowledged.map(({ id }) => id);
  return {
    lost: ids.filter((id) => !stored.has(id)),
    duplicated: [...stored].filter(([, count]) => count > 1).map(([id]) => id),
  };
}
