import * as pulumi from "@pulumi/pulumi";
import { currentLogin, currentName } from "../configs/access/logins";
import { systemRole } from "../configs/access/systemRoles";
import { limitsOf } from "../configs/cluster/catalogue";
import { paths } from "../configs/cluster/paths";
import { ports } from "../configs/cluster/ports";
import type { Endpoint } from "../configs/cluster/topology";
import { besideOf } from "../configs/cluster/plan";
import { renderPostgresQueries } from "../configs/exporters/postgresQueries";
import { renderWebYml } from "../configs/exporters/webYml";
import type { Service, ServiceFile } from "../platforms/platform";
import type { MemberArgs } from "./patroniMember";

/**
 * The exporters of PostgreSQL's, PgBouncer's and hosts' metrics. No other service depends on them, and each
 * has a process, limits and a login of its own.
 */
export class Exporters extends pulumi.ComponentResource {
  constructor(name: string, args: MemberArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Exporters", name, {}, opts);
    const { postgresExporters, pgbouncerExporters, nodeExporters } = args.topology;
    const services = [
      ...postgresExporters.map((self) => postgresExporter(args, self)),
      ...pgbouncerExporters.map((self) => pgbouncerExporter(args, self)),
      ...nodeExporters.map((self) => nodeExporter(args, self)),
    ];
    for (const service of services)
      args.platform.run(service, {
        parent: this,
        ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
      });
    this.registerOutputs({});
  }
}

/** Words of a connection string of the exporters' driver. */
const verified = (configDirectory: string) =>
  `sslmode=verify-full&sslrootcert=${paths.caOf(configDirectory)}&connect_timeout=5`;

function postgresExporter(args: MemberArgs, self: Endpoint): Service {
  const { settings, credentials, topology } = args;
  const directory = paths.postgresExporterConfig;
  const { address } = besideOf(self, topology.members);
  // A query that hangs must not keep a connection of the few that the role has.
  const more = "application_name=postgres_exporter&statement_timeout=5000&lock_timeout=1000";
  return exporter(args, self, {
    kind: "postgresexporter",
    directory,
    port: settings.monitoring.postgresExporterPort,
    isUp: "pg_up",
    environment: {
      DATA_SOURCE_URI: `${address}:${ports.postgres}/postgres?${verified(directory)}&${more}`,
      DATA_SOURCE_USER: currentName(systemRole.monitor, settings.credentials.monitor),
      DATA_SOURCE_PASS_FILE: paths.postgresExporterPassword,
    },
    words: ["prometheus-postgres-exporter", `--extend.query-path=${paths.postgresExporterQueries}`],
    files: [
      {
        path: paths.postgresExporterPassword,
        content: credentials.systemLogins.monitor.apply(
          (logins) => currentLogin(logins, settings.credentials.monitor).password,
        ),
        mode: 0o600,
        onChange: "restart",
      },
      {
        path: paths.postgresExporterQueries,
        content: renderPostgresQueries(),
        onChange: "restart",
      },
    ],
  });
}

function pgbouncerExporter(args: MemberArgs, self: Endpoint): Service {
  const { settings, credentials, topology } = args;
  const directory = paths.pgbouncerExporterConfig;
  const { address } = besideOf(self, topology.pgbouncers);
  const user = currentName(systemRole.monitor, settings.credentials.monitor);
  const place = `${address}:${settings.pgbouncer.port}/pgbouncer`;
  return exporter(args, self, {
    kind: "pgbouncerexporter",
    directory,
    port: settings.monitoring.pgbouncerExporterPort,
    isUp: "pgbouncer_up",
    environment: { PGPASSFILE: paths.pgbouncerExporterPassfile },
    words: [
      "prometheus-pgbouncer-exporter",
      `--pgBouncer.connectionString=postgres://${user}@${place}?${verified(directory)}`,
      "--pgBouncer.pid-file=",
    ],
    files: [
      {
        path: paths.pgbouncerExporterPassfile,
        content: credentials.systemLogins.monitor.apply((logins) => {
          const { name, password } = currentLogin(logins, settings.credentials.monitor);
          return `*:*:*:${name}:${password}\n`;
        }),
        mode: 0o600,
        onChange: "restart",
      },
    ],
  });
}

const nodeExporter = (args: MemberArgs, self: Endpoint): Service =>
  exporter(args, self, {
    kind: "nodeexporter",
    directory: paths.nodeExporterConfig,
    port: args.settings.monitoring.nodeExporterPort,
    isUp: 'node_scrape_collector_success{collector="filesystem"}',
    environment: {},
    words: ["prometheus-node-exporter"],
    files: [],
  });

/** What differs between the exporters. */
interface ExporterModel {
  kind: "postgresexporter" | "pgbouncerexporter" | "nodeexporter";
  directory: string;
  port: number;
  /** The metric that is 1 while it reaches what it is for. */
  isUp: string;
  environment: Record<string, string>;
  words: string[];
  files: ServiceFile[];
}

function exporter(
  { settings, topology, certificates }: MemberArgs,
  { name }: Endpoint,
  { kind, directory, port, isUp, environment, words, files }: ExporterModel,
): Service {
  const place = { name, configDirectory: directory };
  const web = paths.exporterWebOf(directory);
  const identity = paths.identityOf(directory);
  const clients = [...topology.haproxies.map((one) => one.name), name];
  const url = `https://localhost:${port}`;
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const curl = ["curl", "-sf", "--cacert", paths.caOf(directory), "--cert", identity];
  return {
    ...place,
    kind,
    command: [
      ...(variables.length === 0 ? [] : ["env", ...variables]),
      ...words,
      ...[`--web.listen-address=:${port}`, `--web.config.file=${web}`],
    ],
    files: [
      ...certificates.filesOf(place, { identity: "nothing", ca: "nothing" }),
      {
        path: web,
        content: renderWebYml({ configDirectory: directory, clients, tls: settings.tls }),
        onChange: "nothing",
      },
      ...files,
    ],
    ports: [{ port }],
    readiness: { command: [...curl, "-o", "/dev/null", url], timeoutSeconds: 60 },
    // Before the others are ready, an exporter has nothing to show.
    proof: [
      ...["sh", "-c", `"$@" | grep -q '^${isUp} 1$' || { echo '${isUp} is not 1'; exit 1; }`],
      ...["proof", ...curl, `${url}/metrics`],
    ],
    stopGraceSeconds: 5,
    ...limitsOf(kind, settings),
  };
}
