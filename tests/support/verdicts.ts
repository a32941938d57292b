import { execaSync } from "execa";

/** What `Disk.facts` finds on a disk; positions are plain numbers. */
export interface DiskFacts {
  empty: boolean;
  system?: string;
  state?: string;
  timeline?: number;
  history?: [number, number][];
  last?: number;
  end?: number;
  written?: string;
  timelines?: Record<string, number>;
}

/** What etcd knows of who led; null where it has lost it. */
export interface LeaderRecord {
  config: {
    hapg?: { timelines?: Record<string, number> };
    synchronous_mode?: boolean | "quorum";
  } | null;
  history: (string | number)[][] | null;
  sync: { leader: string | null; sync_standby: string | null; quorum?: number } | null;
  position: number | null;
}

/** One question to verdict.py. */
export interface Question {
  /** With whether each may lead. */
  members: Record<string, boolean>;
  disks: Record<string, DiskFacts>;
  record: LeaderRecord;
}

/** What verdict.py answers. */
export interface Answer {
  leader: string | null;
  missing: string[];
  reason: string;
  accept: string[] | null;
}

const program = [
  "import json, sys",
  "sys.path.insert(0, 'programs')",
  "from verdict import decide",
  "asked = json.load(sys.stdin)",
  "print(json.dumps([vars(decide(**one)) for one in asked]))",
].join("\n");

/** Asks verdict.py, all questions in one process. */
export function verdicts(questions: Question[]): Answer[] {
  const input = JSON.stringify(questions);
  return JSON.parse(execaSync("python3", ["-B", "-c", program], { input }).stdout) as Answer[];
}

/** A disk whose last record begins at `last`, on the timeline after those of `history`. */
export function disk(
  last: number,
  history: [number, number][] = [],
  others: Partial<DiskFacts> = {},
): DiskFacts {
  const timeline = (history.at(-1)?.[0] ?? 0) + 1;
  return {
    empty: false,
    system: "1",
    state: "in archive recovery",
    timeline,
    history,
    last,
    end: last + 8,
    written: "today",
    timelines: {},
    ...others,
  };
}
