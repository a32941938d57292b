import { publishedPorts } from "../cluster/publishedPorts";
import { serviceNames } from "../cluster/plan";
import { reservedConnections } from "../postgres/connections";
import { accessRules } from "./accessRules";
import { clientRules } from "./clientRules";
import { hbaRules } from "./hbaRules";
import { parameterProblem, parameterRules } from "./parameterRules";
import { placementRules } from "./placementRules";
import type { Settings } from "./schema";

/** A problem of the settings. */
export interface Problem {
  /** Its path: `postgres.members`. Empty for the settings as a whole. */
  path: string;
  /** What is wrong and what is allowed. */
  message: string;
}

/** The rules between areas; those within one area are in its own file. */
export function crossRules(settings: Settings): Problem[] {
  return [
    ...accessRules(settings),
    ...parameterRules(settings),
    ...hbaRules(settings),
    ...enoughStandbys(settings),
    ...connectionsFit(settings),
    ...oneAuthority(settings),
    ...clientRules(settings),
    ...(settings.platform === "docker" ? portsDiffer(settings) : []),
    ...placementRules(settings),
  ];
}

function enoughStandbys({ postgres, patroni }: Settings): Problem[] {
  if (patroni.synchronousMode === "off") return [];
  const eligible = serviceNames("patroni", postgres.members).filter(
    (member) => postgres.tags[member]?.nosync !== true,
  ).length;
  if (patroni.synchronousNodeCount < eligible) return [];
  return [
    {
      path: "patroni.synchronousNodeCount",
      message:
        `must be below the number of members that may be synchronous (${eligible}), got ` +
        `${patroni.synchronousNodeCount}`,
    },
  ];
}

function connectionsFit({ postgres, pgbouncer, roles, databases }: Settings): Problem[] {
  const { max_connections: given = "" } = postgres.parameters;
  const maximum = Number(given);
  if (given === "" || parameterProblem("max_connections", given, postgres.version) !== undefined) {
    return [];
  }
  const perPool = pgbouncer.poolSize + pgbouncer.reservePoolSize;
  // After a rotation some clients have the former login and some the new one.
  const loginsOf = (role: string) => ((roles[role]?.rotation ?? 0) > 0 ? 2 : 1);
  const pools = Object.values(databases)
    .flatMap(({ owner, readers, writers }) => [owner, ...readers, ...writers].map(loginsOf))
    .reduce((sum, logins) => sum + logins, 0);
  const wanted = perPool * Math.max(1, pools) + reservedConnections;
  if (wanted <= maximum) return [];
  return [
    {
      path: "postgres.parameters.max_connections",
      message:
        `must be at least ${wanted}: the pool may open ${perPool} connections per database and ` +
        `login, and ${reservedConnections} are kept for the cluster; got ${maximum}`,
    },
  ];
}

function oneAuthority({ credentials, tls }: Settings): Problem[] {
  if (tls.ca === undefined || credentials.authority === 0) return [];
  return [
    {
      path: "credentials.authority",
      message: "changes the cluster's own CA, and tls.ca is used instead; use tls.alsoTrusted",
    },
  ];
}

function portsDiffer(settings: Settings): Problem[] {
  const taken = new Map<number, string>();
  const problems: Problem[] = [];
  for (const { port, setting } of publishedPorts(settings)) {
    const owner = taken.get(port);
    if (owner === undefined) taken.set(port, setting);
    else problems.push({ path: setting, message: `port ${port} is also ${owner}` });
    if (port > 65535)
      problems.push({ path: setting, message: "leaves no port for the last member" });
  }
  return problems;
}
