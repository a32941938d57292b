import * as pulumi from "@pulumi/pulumi";
import { currentLogin, currentName } from "../configs/access/logins";
import { systemRole } from "../configs/access/systemRoles";
import { paths } from "../configs/cluster/paths";
import { ports } from "../configs/cluster/ports";
import type { Endpoint } from "../configs/cluster/topology";
import { besideOf } from "../configs/cluster/plan";
import { renderPostgresQueries } from "../configs/exporters/postgresQueries";
import { renderWebYml } from "../configs/exporters/webYml";
import type { Service, ServiceFile } from "../platforms/platform";
import { clientsOf, metricsService, passfile } from "./metricsService";
import type { MemberArgs } from "./patroniMember";
import { probe } from "./probe";

/**
 * The exporters of PostgreSQL's, PgBouncer's and hosts' metrics, and the probes. No other service
 * depends on them, and each has a process, limits and a login of its own.
 */
export class Exporters extends pulumi.ComponentResource {
  constructor(name: string, args: MemberArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Exporters", name, {}, opts);
    const { postgresExporters, pgbouncerExporters, nodeExporters, probes } = args.topology;
    const services = [
      ...postgresExporters.map((self) => postgresExporter(args, self)),
      ...pgbouncerExporters.map((self) => pgbouncerExporter(args, self)),
      ...nodeExporters.map((self) => nodeExporter(args, self)),
      ...probes.map((self) => probe(args, self)),
    ];
    for (const service of services)
      args.platform.run(service, {
        parent: this,
        dependsOn: opts.dependsOn ?? [],
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
  return metricsService(args, self, {
    kind: "postgresexporter",
    directory,
    port: settings.monitoring.postgresExporterPort,
    isUp: "pg_up",
    environment: {
      DATA_SOURCE_URI: `${address}:${ports.postgres}/postgres?${verified(directory)}&${more}`,
      DATA_SOURCE_USER: currentName(systemRole.monitor, settings.credentials.monitor),
      DATA_SOURCE_PASS_FILE: paths.postgresExporterPassword,
    },
    words: [
      ...["prometheus-postgres-exporter", `--extend.query-path=${paths.postgresExporterQueries}`],
      ...webOptions(directory, settings.monitoring.postgresExporterPort),
    ],
    files: [
      webFile(args, self, directory),
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
  const { settings, topology } = args;
  const directory = paths.pgbouncerExporterConfig;
  const { address } = besideOf(self, topology.pgbouncers);
  const user = currentName(systemRole.monitor, settings.credentials.monitor);
  const place = `${address}:${settings.pgbouncer.port}/pgbouncer`;
  return metricsService(args, self, {
    kind: "pgbouncerexporter",
    directory,
    port: settings.monitoring.pgbouncerExporterPort,
    isUp: "pgbouncer_up",
    environment: { PGPASSFILE: paths.pgbouncerExporterPassfile },
    words: [
      "prometheus-pgbouncer-exporter",
      `--pgBouncer.connectionString=postgres://${user}@${place}?${verified(directory)}`,
      "--pgBouncer.pid-file=",
      ...webOptions(directory, settings.monitoring.pgbouncerExporterPort),
    ],
    files: [webFile(args, self, directory), passfile(args, paths.pgbouncerExporterPassfile)],
  });
}

function nodeExporter(args: MemberArgs, self: Endpoint): Service {
  const directory = paths.nodeExporterConfig;
  const port = args.settings.monitoring.nodeExporterPort;
  return metricsService(args, self, {
    kind: "nodeexporter",
    ...{ directory, port },
    isUp: 'node_scrape_collector_success{collector="filesystem"}',
    environment: {},
    words: ["prometheus-node-exporter", ...webOptions(directory, port)],
    files: [webFile(args, self, directory)],
  });
}

/** How an exporter serves its metrics. */
const webOptions = (directory: string, port: number): string[] => [
  `--web.listen-address=:${port}`,
  `--web.config.file=${paths.exporterWebOf(directory)}`,
];

const webFile = (args: MemberArgs, self: Endpoint, configDirectory: string): ServiceFile => ({
  path: paths.exporterWebOf(configDirectory),
  content: renderWebYml({
    configDirectory,
    clients: clientsOf(args, self),
    tls: args.settings.tls,
  }),
  onChange: "nothing",
});
