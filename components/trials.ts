import * as pulumi from "@pulumi/pulumi";
import { paths } from "../configs/cluster/paths";
import { poolUser } from "../configs/pgbouncer/pgbouncerIni";
import type { Service, Trial } from "../platforms/platform";
import { tryHaproxy, tryKeepalived, tryPgbouncer, tryPostgres } from "../programs/programs";
import type { SharedArgs } from "./shared";

/** Arguments of {@link Trials}. */
export interface TrialsArgs extends Pick<SharedArgs, "settings" | "platform"> {
  /** One service of each kind. The trial runs in its place. */
  member: Service;
  router: Service;
  pool: Service;
  /** Left out if there is no virtual address. */
  address: Service | undefined;
}

/**
 * The first step of an update. PostgreSQL, Patroni, HAProxy, PgBouncer and Keepalived check their
 * new files in the place where they will run, and every other change depends on the result. One
 * service of each kind is enough, because files of the others differ only in names and addresses. A
 * trial runs again only when its files change.
 */
export class Trials extends pulumi.ComponentResource {
  constructor(name: string, args: TrialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Trials", name, {}, opts);
    const { platform } = args;
    for (const [kind, trial] of Object.entries(trialsOf(args))) {
      platform.tryOut(`${name}-${kind}`, trial, { parent: this });
    }
    this.registerOutputs({});
  }
}

function trialsOf({ settings, member, router, pool, address }: TrialsArgs) {
  const { haproxy, pgbouncer, postgres } = settings;
  return {
    postgres: trialOf(member, [paths.patroniYml], tryPostgres, (program) => [
      ...["python3", program, paths.patroniYml, String(postgres.memoryMegabytes)],
    ]),
    haproxy: trialOf(router, [paths.haproxyCfg], tryHaproxy, (program, own) =>
      ["sh", program, String(haproxy.statsPort)].concat(own),
    ),
    pgbouncer: trialOf(
      pool,
      [paths.pgbouncerListen, paths.pgbouncerIni, paths.pgbouncerUserlist],
      tryPgbouncer,
      (program, own) =>
        ["sh", program, paths.pgSocket, String(pgbouncer.port), poolUser].concat(own),
    ),
    ...(address === undefined
      ? {}
      : {
          keepalived: trialOf(address, [paths.keepalivedConf], tryKeepalived, (program, own) =>
            ["sh", program].concat(own),
          ),
        }),
  };
}

/**
 * @param read paths of the files that the program reads beside its certificates
 * @param script the program of the trial
 * @param command returns the trial's command, with the script's path and the service's own command
 */
function trialOf(
  service: Service,
  read: string[],
  script: string,
  command: (program: string, own: string[]) => string[],
): Trial {
  const { configDirectory } = service;
  const known = [...read, paths.caOf(configDirectory), paths.identityOf(configDirectory)];
  const program = `${configDirectory}/trial`;
  return {
    service,
    files: [
      ...service.files.filter(({ path }) => known.includes(path)),
      { path: program, content: script },
    ],
    command: command(program, service.command),
  };
}
