import type { Answers } from "./probes/clients";
import type { Acknowledged } from "./probes/load";
import type { MemberSample } from "./probes/memberWatch";
import type { MemberSpan, Standstill, Told, Way, WriteRate } from "./result";

/** A member that says nothing for longer than this is silent, in milliseconds. */
const silence = 600;

/**
 * How late an answer may be read by a client that is busy with others, in milliseconds. A new leader needs longer than
 * that to be one, so nothing that matters is passed over.
 */
const readingDelay = 200;

/**
 * How long clients outage from the fault on: the longest time without an answer to any of them.
 * @param end of the observation, in milliseconds since 1970, as all times here
 */
export function standstill(answers: Answers, fault: number, end: number): Standstill {
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
    told: told(failures, fault),
  };
}

/** The failures by their reasons, in the order in which those were first met. */
function told(failures: Answers["failures"], fault: number): Told[] {
  const reasons = new Map<string, Told>();
  for (const { at, reason } of failures) {
    const known = reasons.get(reason) ?? { reason, times: 0, first: at - fault, last: 0 };
    reasons.set(reason, { ...known, times: known.times + 1, last: at - fault });
  }
  return [...reasons.values()];
}

/** A write that some member has taken, and on which timeline. */
type Taken = Pick<Acknowledged, "at" | "timeline">;

/** How many writes were taken on a timeline after one was taken on a newer one: by two that both led. */
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
 * The writes that members have taken directly, by when they were begun: one that a member had taken on before it hung
 * says nothing of what it takes afterwards.
 */
export const directWrites = (samples: MemberSample[]): Taken[] =>
  samples.flatMap(({ begun, timeline }) =>
    timeline === undefined ? [] : [{ at: begun, timeline }],
  );

/** What a member was over time, from what it said. @param end of the observation */
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
  writes: Record<Way, Answers>,
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
