import { type Part, parseParts, read } from "./facts";

/** Facts from an etcd member. */
export interface EtcdFacts {
  now: Part<number>;
  status: Part<EtcdStatus>;
  /** Whether it has a quorum; the problem has the reason if not. */
  health: Part<true>;
  /** Members in etcd's member list. */
  members: Part<{ name: string; isLearner: boolean }[]>;
  /** Such as `NOSPACE`. */
  alarms: Part<string[]>;
  /** Why its start program waits; empty if it does not. */
  waiting: Part<string>;
  disk: Part<{ bytes: number; freeBytes: number }>;
  /** PEM. */
  certificate: Part<string>;
}

/** One member's status from etcd. */
export interface EtcdStatus {
  version: string;
  leads: boolean;
  hasLeader: boolean;
  raftTerm: number;
  databaseBytes: number;
  databaseBytesInUse: number;
  errors: string[];
}

/**
 * Answers of etcd's HTTP interfaces: `/members`, `/v3/maintenance/status` and `/health`. Its
 * numbers are strings.
 */
type Members = { name: string; isLearner?: boolean }[];
interface StatusAnswer {
  header: { member_id: string };
  version: string;
  leader?: string;
  raftTerm: string;
  dbSize: string;
  dbSizeInUse: string;
  errors?: string[];
}
interface HealthAnswer {
  health: string;
  reason?: string;
}

/** Reads the output of `programs/facts/etcd.sh`. */
export function parseEtcdFacts(output: string): EtcdFacts {
  const parts = parseParts(output);
  const answer = <T>(isIt: (one: object) => boolean) =>
    read(parts.answers, (text) => answerIn(text, isIt) as T);
  const status = read(
    answer<StatusAnswer>((one) => "header" in one),
    statusOf,
  );
  return {
    now: read(parts.now, Number),
    status,
    health: read(
      answer<HealthAnswer>((one) => "health" in one),
      ({ health, reason }) => {
        if (health !== "true") throw new Error(reason ?? "unhealthy");
        return true as const;
      },
    ),
    members: read(answer<Members>(Array.isArray), (all) =>
      all.map(({ name, isLearner = false }) => ({ name, isLearner })),
    ),
    // etcd reports an alarm as `memberID:… alarm:NOSPACE`.
    alarms: read(status, ({ errors }) =>
      errors.flatMap((error) => /alarm:\s*(\w+)/.exec(error)?.[1] ?? []),
    ),
    waiting: read(parts.waiting, (text) => text.trim()),
    disk: read(parts.disk, (text) => {
      const [bytes = NaN, freeBytes = NaN] = (text.trim().split("\n").at(-1) ?? "")
        .trim()
        .split(/\s+/)
        .map(Number);
      return { bytes, freeBytes };
    }),
    certificate: read(parts.certificate, (text) => text),
  };
}

/**
 * One of several answers, each on a separate line. @throws {Error} with curl's reason if it is
 * missing
 */
function answerIn(text: string, isIt: (one: object) => boolean): object {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines.filter((one) => /^[[{]/.test(one))) {
    const one = JSON.parse(line) as object;
    if (isIt(one)) return one;
  }
  throw new Error(lines.findLast((line) => line.startsWith("curl: ")) ?? "no answer");
}

function statusOf(answer: StatusAnswer): EtcdStatus {
  const { header, version, leader = "0", raftTerm, dbSize, dbSizeInUse, errors = [] } = answer;
  return {
    version,
    leads: leader === header.member_id,
    hasLeader: leader !== "0",
    raftTerm: Number(raftTerm),
    databaseBytes: Number(dbSize),
    databaseBytesInUse: Number(dbSizeInUse),
    errors,
  };
}
