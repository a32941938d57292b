import { connectionsWanted } from "../pgbouncer/poolSize";
import { maximumConnections, reservedConnections } from "../postgres/connections";
import { parameterProblem } from "./parameterRules";
import type { Problem } from "./problem";
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

/** The pools must not want more connections than the primary has. */
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
  const wanted = connectionsWanted(settings);
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
