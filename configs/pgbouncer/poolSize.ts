import { maximumConnections, reservedConnections } from "../postgres/connections";
import type { Settings } from "../settings/schema";

/**
 * The largest `pgbouncer.poolSize`, up to the settings' own, with which all pools fit in the
 * primary's `max_connections`; at least one.
 */
export function fittingPoolSize(settings: Settings): number {
  const maximum = maximumConnections(settings.postgres);
  let size = settings.pgbouncer.poolSize;
  while (size > 1 && connectionsWith(size, settings) > maximum) size -= 1;
  return size;
}

/**
 * Most connections to the primary: those of all full pools, and those that are kept for the cluster.
 * Reads that fall back to the primary do not count: HAProxy lets them wait for a free connection.
 */
export const connectionsWanted = (settings: Settings): number =>
  connectionsWith(settings.pgbouncer.poolSize, settings);

function connectionsWith(poolSize: number, { pgbouncer, roles, databases }: Settings): number {
  const { instances, reservePoolSize, maxDatabaseConnections } = pgbouncer;
  // After a rotation some clients have the former login and some the new one.
  const loginsOf = (role: string) => ((roles[role]?.rotation ?? 0) > 0 ? 2 : 1);
  const all = Object.entries(databases).map(([name, { owner, readers, writers }]) => {
    const own = pgbouncer.databases[name];
    const logins = [owner, ...readers, ...writers].reduce((sum, role) => sum + loginsOf(role), 0);
    const each = (own?.poolSize ?? poolSize) + (own?.reservePoolSize ?? reservePoolSize);
    const most = own?.maxConnections ?? maxDatabaseConnections;
    return Math.min(logins * each, most === 0 ? Infinity : most);
  });
  const pools =
    all.length === 0 ? poolSize + reservePoolSize : all.reduce((sum, one) => sum + one, 0);
  return instances * pools + reservedConnections;
}
