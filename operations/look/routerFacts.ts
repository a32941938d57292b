import { parseCsv } from "./csv";
import { type Part, parseParts, read } from "./facts";

/** A member's state in one of HAProxy's backends. */
export interface RouterServer {
  backend: string;
  member: string;
  isUp: boolean;
  /** Current sessions. */
  sessions: number;
  /** Queued sessions, because the member has its maximum. */
  waiting: number;
}

/** Facts from an HAProxy. */
export interface RouterFacts {
  now: Part<number>;
  servers: Part<RouterServer[]>;
  /** Sessions of the frontends and their limits, by name. */
  frontends: Part<Record<string, { sessions: number; limit: number }>>;
  /** PEM. */
  certificate: Part<string>;
}

/** Reads the output of `programs/facts/haproxy.sh`. */
export function parseRouterFacts(output: string): RouterFacts {
  const parts = parseParts(output);
  const rows = read(parts.statistics, parseCsv);
  return {
    now: read(parts.now, Number),
    servers: read(rows, (all) =>
      all
        .filter(({ svname }) => svname !== "FRONTEND" && svname !== "BACKEND")
        .map(({ pxname = "", svname = "", status = "", scur = "", qcur = "" }) => ({
          backend: pxname,
          member: svname,
          isUp: status.startsWith("UP"),
          sessions: Number(scur),
          waiting: Number(qcur),
        })),
    ),
    frontends: read(rows, (all) =>
      Object.fromEntries(
        all
          .filter(({ svname }) => svname === "FRONTEND")
          .map(({ pxname = "", scur = "", slim = "" }) => [
            pxname,
            { sessions: Number(scur), limit: Number(slim) },
          ]),
      ),
    ),
    certificate: read(parts.certificate, (text) => text),
  };
}
