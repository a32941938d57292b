import * as pulumi from "@pulumi/pulumi";
import { currentLogin } from "../configs/access/logins";
import { renderRepositoryConf } from "../configs/backup/pgbackrestConf";
import { renderPgService } from "../configs/backup/pgService";
import { renderRepositoryPlan } from "../configs/backup/repositoryPlan";
import { limitsOf } from "../configs/cluster/catalogue";
import { paths } from "../configs/cluster/paths";
import type { Endpoint } from "../configs/cluster/topology";
import type { Service } from "../platforms/platform";
import { repositoryFiles, repositoryMetrics } from "../programs/programs";
import type { MemberArgs } from "./patroniMember";

/** Arguments of {@link Repository}. */
export interface RepositoryArgs extends MemberArgs {
  /** The key that encrypts the repository. */
  key: pulumi.Input<string>;
}

/** The repository: it keeps backups and WAL, and takes backups on schedule. */
export class Repository extends pulumi.ComponentResource {
  constructor(name: string, args: RepositoryArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Repository", name, {}, opts);
    for (const self of args.topology.repositories) {
      args.platform.run(repositoryService(args, self), {
        parent: this,
        dependsOn: opts.dependsOn ?? [],
      });
    }
    this.registerOutputs({});
  }
}

function repositoryService(
  { settings, topology, credentials, certificates, key }: RepositoryArgs,
  self: Endpoint,
): Service {
  const place = { name: self.name, configDirectory: paths.repositoryConfig };
  const ca = paths.caOf(paths.repositoryConfig);
  const tool = ["python3", paths.repositoryTool];
  const { exporters, repositoryPort } = settings.monitoring;
  const metrics = [
    ...["python3", paths.repositoryMetrics, String(repositoryPort), settings.tls.minimumVersion],
    ...topology.haproxies.map(({ name }) => name),
  ];
  return {
    ...place,
    kind: "repository",
    command: exporters ? metrics : [...tool, "serve"],
    files: [
      ...certificates.filesOf(place, { identity: "reload", ca: "reload" }),
      {
        path: paths.repositoryConf,
        content: pulumi.output(key).apply((text) => renderRepositoryConf({ settings }, text)),
        mode: 0o600,
        onChange: "reload",
      },
      {
        path: paths.repositoryService,
        content: credentials.systemLogins.replication.apply((logins) =>
          renderPgService(
            topology.members.map(({ address }) => address),
            currentLogin(logins, settings.credentials.replication),
            ca,
          ),
        ),
        mode: 0o600,
        onChange: "nothing",
      },
      ...(settings.backup.s3?.ca === undefined
        ? []
        : [
            {
              path: paths.repositoryStorageCa,
              content: settings.backup.s3.ca,
              onChange: "reload" as const,
            },
          ]),
      {
        path: paths.repositoryPlan,
        content: renderRepositoryPlan(settings, topology),
        onChange: "reload",
      },
      ...[...repositoryFiles, ...(exporters ? repositoryMetrics : [])].map(({ name, content }) => ({
        path: `${paths.repositoryConfig}/${name}`,
        content,
        mode: 0o750,
        onChange: "restart" as const,
      })),
    ],
    dataDirectory: paths.repositoryData,
    ports: [{ port: settings.backup.port }, ...(exporters ? [{ port: repositoryPort }] : [])],
    readiness: { command: [...tool, "ready"], timeoutSeconds: 120 },
    proof: [...tool, "proof"],
    reloadSignal: "SIGHUP",
    // A backup that is cut short is continued by the next one.
    stopGraceSeconds: 20,
    ...limitsOf("repository", settings),
  };
}
