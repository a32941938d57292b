import { parseCsv } from "./csv";
import { type Part, parseParts, read } from "./facts";

/** A member as an HAProxy sees it from one of its ports. */
export interface RouterServer {
  backend: string;
  member: string;
  isUp: boolean;
  /** Sessions at this moment. */
  sessions: number;
  /** Sessions that wait because the member has as many as it takes. */
  waiting: number;
}

/** What an HAProxy says. */
export interface RouterFacts {
  now: Part<number>;
  servers: Part<RouterServer[]>;
  /** Sessions of the frontends and their limits, by name. */
  frontends: Part<Record<string, { sessions: number; limit: number }>>;
  /** PEM. */
  certificate: Part<string>;
}

/** Reads what `programs/facts/haproxy.sh` prints. */
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
