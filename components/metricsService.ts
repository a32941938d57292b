import { currentLogin } from "../configs/access/logins";
import { type Kind, limitsOf } from "../configs/cluster/catalogue";
import { paths } from "../configs/cluster/paths";
import type { Endpoint } from "../configs/cluster/topology";
import type { Service, ServiceFile } from "../platforms/platform";
import type { MemberArgs } from "./patroniMember";

/** What differs between the services that only show metrics. */
export interface MetricsModel {
  kind: Kind;
  directory: string;
  /** Where it serves its metrics. */
  port: number;
  /** The metric that is 1 while it reaches what it is for. */
  isUp: string;
  environment: Record<string, string>;
  words: string[];
  files: ServiceFile[];
}

/** A service that only shows metrics: over TLS, on a page that HAProxy reads. */
export function metricsService(
  { settings, certificates }: MemberArgs,
  { name }: Endpoint,
  { kind, directory, port, isUp, environment, words, files }: MetricsModel,
): Service {
  const place = { name, configDirectory: directory };
  const url = `https://localhost:${port}`;
  const curl = [
    ...["curl", "-sf", "--cacert", paths.caOf(directory)],
    ...["--cert", paths.identityOf(directory)],
  ];
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return {
    ...place,
    kind,
    command: [...(variables.length === 0 ? [] : ["env", ...variables]), ...words],
    files: [...certificates.filesOf(place, { identity: "nothing", ca: "nothing" }), ...files],
    ports: [{ port }],
    readiness: {
      command: [...curl, "-o", "/dev/null", url],
      timeoutSeconds: 60,
      // A check takes more processor time than a scrape, and nobody waits for its result.
      intervalSeconds: 30,
    },
    // Before the others are ready, it has nothing to show.
    proof: [
      ...["sh", "-c", `"$@" | grep -q '^${isUp} 1' || { echo '${isUp} is not 1'; exit 1; }`],
      ...["proof", ...curl, `${url}/metrics`],
    ],
    stopGraceSeconds: 5,
    ...limitsOf(kind, settings),
  };
}

/** libpq's password file with the monitor's login, for any host and database. */
export const passfile = ({ settings, credentials }: MemberArgs, path: string): ServiceFile => ({
  path,
  content: credentials.systemLogins.monitor.apply((logins) => {
    const { name, password } = currentLogin(logins, settings.credentials.monitor);
    return `*:*:*:${name}:${password}\n`;
  }),
  mode: 0o600,
  onChange: "restart",
});

/** Names in the certificates of those that it answers: HAProxy, and its own check. */
export const clientsOf = ({ topology }: MemberArgs, { name }: Endpoint): string[] => [
  ...topology.haproxies.map((one) => one.name),
  name,
];
