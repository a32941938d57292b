import { parseCsv } from "./csv";
import { type Part, parseParts, read } from "./facts";

/** One pool of a PgBouncer: a database and a user. */
export interface Pool {
  database: string;
  user: string;
  clients: number;
  waiting: number;
  servers: number;
  /** Longest current wait of a client, in seconds. */
  longestWaitSeconds: number;
}

/** Facts from a PgBouncer. */
export interface PoolFacts {
  now: Part<number>;
  pools: Part<Pool[]>;
  isPaused: Part<boolean>;
  /** PEM. */
  certificate: Part<string>;
}

/** Reads the output of `programs/facts/pgbouncer.sh`. */
export function parsePoolFacts(output: string): PoolFacts {
  const parts = parseParts(output);
  const number = (text: string | undefined) => Number(text ?? 0);
  return {
    now: read(parts.now, Number),
    pools: read(parts.pools, (text) =>
      parseCsv(text)
        .filter(({ database }) => database !== "pgbouncer")
        .map((row) => ({
          database: row.database ?? "",
          user: row.user ?? "",
          clients: number(row.cl_active),
          waiting: number(row.cl_waiting),
          servers: number(row.sv_active) + number(row.sv_idle) + number(row.sv_used),
          longestWaitSeconds: number(row.maxwait),
        })),
    ),
    isPaused: read(parts.state, (text) =>
      parseCsv(text).some(({ key, value }) => key === "paused" && value === "yes"),
    ),
    certificate: read(parts.certificate, (text) => text),
  };
}
