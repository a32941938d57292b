import { maximumConnections, reservedConnections } from "../postgres/connections";
import { parameterProblem } from "./parameterRules";
import type { Problem } from "./rules";
import type { Settings } from "./schema";

/** Rules about PgBouncer's pools. */
export const poolRules = (settings: Settings): Problem[] => [
  ...databasesExist(settings),
  ...connectionsFit(settings),
];

function databasesExist({ pgbouncer, databases }: Settings): Problem[] {
  const known = ["postgres", ...Object.keys(databases)];
  return Object.keys(pgbouncer.databases)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `pgbouncer.databases.${name}`,
      message: `is not one of databases (${known.join(", ")})`,
    }));
}

/**
 * The pools must not want more connections than the primary has. Reads that fall back to the
 * primary do not count: HAProxy lets them wait for a free connection.
 */
function connectionsFit(settings: Settings): Problem[] {
  const { postgres, pgbouncer } = settings;
  const { max_connections: given } = postgres.parameters;
  if (
    given !== undefined &&
    parameterProblem("max_connections", given, postgres.version) !== undefined
  ) {
    return [];
  }
  const maximum = maximumConnections(postgres);
  const wanted = pgbouncer.instances * poolConnections(settings) + reservedConnections;
  if (wanted <= maximum) return [];
  const { instances, poolSize, reservePoolSize } = pgbouncer;
  const each = instances > 1 ? ` in each of ${instances} PgBouncers` : "";
  return [
    {
      path: "postgres.parameters.max_connections",
      message:
        `must be at least ${wanted}: the pool may open ${poolSize + reservePoolSize} connections ` +
        `per database and login${each}, and ${reservedConnections} are kept for the cluster; got ` +
        `${maximum}${given === undefined ? " from postgres.memoryMegabytes" : ""}. Set it, or ` +
        "limit the pools with pgbouncer.maxDatabaseConnections or poolSize",
    },
  ];
}

/** Most connections of one PgBouncer to the primary. */
function poolConnections({ pgbouncer, roles, databases }: Settings): number {
  // After a rotation some clients have the former login and some the new one.
  const loginsOf = (role: string) => ((roles[role]?.rotation ?? 0) > 0 ? 2 : 1);
  const all = Object.entries(databases).map(([name, { owner, readers, writers }]) => {
    const own = pgbouncer.databases[name];
    const logins = [owner, ...readers, ...writers].reduce((sum, role) => sum + loginsOf(role), 0);
    const each =
      (own?.poolSize ?? pgbouncer.poolSize) + (own?.reservePoolSize ?? pgbouncer.reservePoolSize);
    const most = own?.maxConnections ?? pgbouncer.maxDatabaseConnections;
    return Math.min(logins * each, most === 0 ? Infinity : most);
  });
  const { poolSize, reservePoolSize } = pgbouncer;
  return all.length === 0 ? poolSize + reservePoolSize : all.reduce((sum, one) => sum + one, 0);
}
