import { type Part, parseParts, read } from "./facts";

/** What a member of etcd says. */
export interface EtcdFacts {
  now: Part<number>;
  status: Part<EtcdStatus>;
  /** Whether it has a quorum; the problem says why not. */
  health: Part<true>;
  /** Members as etcd counts them. */
  members: Part<{ name: string; isLearner: boolean }[]>;
  /** Such as `NOSPACE`. */
  alarms: Part<string[]>;
  /** Why it waits with its start; empty if it does not. */
  waiting: Part<string>;
  disk: Part<{ bytes: number; freeBytes: number }>;
  /** PEM. */
  certificate: Part<string>;
}

/** What `etcdctl endpoint status` says of one member. */
export interface EtcdStatus {
  version: string;
  leads: boolean;
  hasLeader: boolean;
  raftTerm: number;
  databaseBytes: number;
  databaseBytesInUse: number;
  errors: string[];
}

interface StatusAnswer {
  Status: {
    header: { member_id: number };
    version: string;
    leader?: number;
    raftTerm: number;
    dbSize: number;
    dbSizeInUse: number;
    errors?: string[];
  };
}

/** Reads what `programs/facts/etcd.sh` prints. */
export function parseEtcdFacts(output: string): EtcdFacts {
  const parts = parseParts(output);
  const status = read(parts.status, parseStatus);
  return {
    now: read(parts.now, Number),
    status,
    health: read(parts.health, (text) => {
      const { health, reason } = JSON.parse(text) as { health: string; reason?: string };
      if (health !== "true") throw new Error(reason ?? "unhealthy");
      return true as const;
    }),
    members: read(parts.members, (text) =>
      (JSON.parse(text) as { name: string; isLearner?: boolean }[]).map(
        ({ name, isLearner = false }) => ({ name, isLearner }),
      ),
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

function parseStatus(text: string): EtcdStatus {
  // etcdctl prints warnings before its answer.
  const [first] = JSON.parse(text.slice(text.indexOf("["))) as StatusAnswer[];
  if (first === undefined) throw new Error("no member");
  const { header, version, leader = 0, raftTerm, dbSize, dbSizeInUse, errors = [] } = first.Status;
  return {
    version,
    leads: leader === header.member_id,
    hasLeader: leader !== 0,
    raftTerm,
    databaseBytes: dbSize,
    databaseBytesInUse: dbSizeInUse,
    errors,
  };
}
