import { publishedPorts } from "../cluster/publishedPorts";
import { serviceNames } from "../cluster/names";
import { accessRules } from "./accessRules";
import { backupRules } from "./backupRules";
import { clientRules } from "./clientRules";
import { fileRules } from "./fileRules";
import { hbaRules, identRules } from "./hbaRules";
import { parameterRules } from "./parameterRules";
import { placementRules } from "./placementRules";
import { poolRules } from "./poolRules";
import type { Problem } from "./problem";
import { slotRules } from "./slotRules";
import type { Settings } from "./schema";

/** The rules between areas; those within one area are in its own file. */
export function crossRules(settings: Settings): Problem[] {
  return [
    ...accessRules(settings),
    ...parameterRules(settings),
    ...hbaRules(settings),
    ...enoughStandbys(settings),
    ...fileRules(settings),
    ...identRules(settings),
    ...poolRules(settings),
    ...slotRules(settings),
    ...oneAuthority(settings),
    ...clientRules(settings),
    ...backupRules(settings),
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
