import type { Route } from "../result";
import { type Answers, StatementLoop } from "./clients";
import { type ConnectOptions, connector } from "./connect";

/** A write that was acknowledged. */
export interface Acknowledged {
  id: string;
  route: Route;
  /** Time of the acknowledgement, in milliseconds since 1970. */
  at: number;
  /** Timeline of the member that committed it. */
  timeline: number;
}

/** Connection strings for the load. */
export interface LoadUrls {
  writes: Record<Route, string>;
  reads: string;
}

/** Clients without a timeout, and clients with a timeout of ten seconds, on each endpoint. */
const writersPerRoute = { patient: 2, impatient: 2 };
const patience = 10_000;
const readers = 2;

/**
 * Clients that write through HAProxy and through PgBouncer, and read through HAProxy. Each write
 * has a unique id and counts as acknowledged once its commit has returned.
 */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly writes: Record<Route, Answers> = {
    haproxy: { times: [], failures: [] },
    pgbouncer: { times: [], failures: [] },
  };
  readonly reads: Answers = { times: [], failures: [] };
  private readonly loops: StatementLoop[] = [];

  /** @param run distinguishes the ids of one run from those of another */
  constructor(urls: LoadUrls, run: string, options: Omit<ConnectOptions, "queryTimeout">) {
    for (const route of ["haproxy", "pgbouncer"] as const) {
      for (let n = 0; n < writersPerRoute.patient + writersPerRoute.impatient; n++) {
        const limit = n < writersPerRoute.patient ? {} : { queryTimeout: patience };
        const connect = connector(urls.writes[route], { ...options, ...limit });
        this.addWriter(connect, route, `${run}-${route}-${n}`);
      }
    }
    const connect = connector(urls.reads, { ...options, queryTimeout: patience });
    for (let n = 0; n < readers; n++) {
      const read = async (client: { query: (sql: string) => Promise<unknown> }) => {
        await client.query("SELECT 1");
      };
      this.loops.push(new StatementLoop(connect, this.reads, read));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  private addWriter(connect: ReturnType<typeof connector>, route: Route, prefix: string): void {
    let sequence = 0;
    const loop = new StatementLoop(connect, this.writes[route], async (client) => {
      const id = `${prefix}-${++sequence}`;
      const { rows } = await client.query<{ file: string }>(
        "INSERT INTO writes VALUES ($1) RETURNING pg_walfile_name(pg_current_wal_insert_lsn()) AS file",
        [id],
      );
      const timeline = parseInt(rows[0]?.file.slice(0, 8) ?? "", 16);
      this.acknowledged.push({ id, route, at: Date.now(), timeline });
    });
    this.loops.push(loop);
  }
}
