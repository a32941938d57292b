import * as pulumi from "@pulumi/pulumi";
import { currentLogin } from "../configs/access/logins";
import { renderReaderConf } from "../configs/backup/pgbackrestConf";
import { pgService, renderPgService } from "../configs/backup/pgService";
import { limitsOf } from "../configs/cluster/catalogue";
import { paths } from "../configs/cluster/paths";
import { besideOf } from "../configs/cluster/plan";
import type { Endpoint } from "../configs/cluster/topology";
import type { Service } from "../platforms/platform";
import type { MemberArgs } from "./patroniMember";

/**
 * pgBackRest's server beside each member. The repository logs in to it, and it reads the member's
 * files and begins and ends a backup there. Members do not depend on it.
 */
export class BackupReaders extends pulumi.ComponentResource {
  constructor(name: string, args: MemberArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:BackupReaders", name, {}, opts);
    for (const self of args.topology.backups) {
      args.platform.run(readerService(args, self), {
        parent: this,
        dependsOn: opts.dependsOn ?? [],
      });
    }
    this.registerOutputs({});
  }
}

function readerService(
  { settings, topology, credentials, certificates }: MemberArgs,
  self: Endpoint,
): Service {
  const place = { name: self.name, configDirectory: paths.backupConfig };
  const member = besideOf(self, topology.members);
  const ca = paths.caOf(paths.backupConfig);
  const pgbackrest = ["pgbackrest", `--config=${paths.backupConf}`];
  const environment = [`PGSERVICEFILE=${paths.backupService}`, `PGSERVICE=${pgService}`];
  return {
    ...place,
    kind: "backup",
    command: ["env", ...environment, ...pgbackrest, "server"],
    files: [
      ...certificates.filesOf(place, { identity: "reload", ca: "reload" }),
      { path: paths.backupConf, content: renderReaderConf({ settings }), onChange: "restart" },
      {
        path: paths.backupService,
        content: credentials.systemLogins.replication.apply((logins) =>
          renderPgService(
            [member.address],
            currentLogin(logins, settings.credentials.replication),
            ca,
          ),
        ),
        mode: 0o600,
        onChange: "nothing",
      },
    ],
    reads: { service: member.name, dataDirectory: paths.postgresData },
    ports: [{ port: settings.backup.memberPort }],
    readiness: { command: [...pgbackrest, "server-ping", "localhost"], timeoutSeconds: 60 },
    reloadSignal: "SIGHUP",
    stopGraceSeconds: 10,
    ...limitsOf("backup", settings),
  };
}
