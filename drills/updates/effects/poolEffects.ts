import type { Settings } from "../../../configs/settings/schema";
import { parseCsv } from "../../../operations/look/csv";
import type { Effect } from "./effect";

/** A PgBouncer's settings, from its console's `SHOW CONFIG` as CSV. */
export function poolEffects({ pgbouncer }: Settings, service: string, csv: string): Effect[] {
  const shown = new Map(parseCsv(csv).map(({ key, value }) => [key, value]));
  const wanted = {
    default_pool_size: pgbouncer.poolSize,
    reserve_pool_size: pgbouncer.reservePoolSize,
    max_client_conn: pgbouncer.maxClientConnections,
    query_wait_timeout: pgbouncer.queryWaitTimeoutSeconds,
    server_idle_timeout: pgbouncer.serverIdleTimeoutSeconds,
  };
  return Object.entries(wanted).map(([what, value]) => ({
    ...{ service, what, wanted: String(value) },
    seen: shown.get(what) ?? "not shown",
  }));
}
