import * as pulumi from "@pulumi/pulumi";
import { currentName, everyLogin, type Logins, secondLogin } from "../configs/access/logins";
import { withGeneration } from "../configs/generation";
import { paths } from "../configs/cluster/paths";
import {
  generationSetting,
  poolUser,
  renderPgbouncerIni,
  renderPgbouncerListen,
  renderUserlist,
} from "../configs/pgbouncer/pgbouncerIni";
import { systemRole } from "../configs/access/systemRoles";
import { limitsOf } from "../configs/cluster/catalogue";
import type { Endpoint } from "../configs/cluster/topology";
import type { Service } from "../platforms/platform";
import type { Certificates } from "./certificates";
import type { SharedArgs } from "./shared";

/** Arguments of {@link PgBouncer}. */
export interface PgBouncerArgs extends SharedArgs {
  certificates: Certificates;
  /** The role that reads other roles' passwords (`auth_user`). */
  lookup: pulumi.Input<Logins>;
  /** The role that reads the statistics, if there are exporters. */
  monitor: pulumi.Input<Logins>;
}

/** The pools: many client connections over few server connections, through HAProxy. */
export class PgBouncer extends pulumi.ComponentResource {
  constructor(name: string, args: PgBouncerArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:PgBouncer", name, {}, opts);
    // One pool after the other: during a restart clients can use the others.
    let previous = opts.dependsOn ?? [];
    for (const pool of args.topology.pgbouncers) {
      previous = args.platform.run(poolService(args, pool), { parent: this, dependsOn: previous });
    }
    this.registerOutputs({});
  }
}

/**
 * The addresses of HAProxy that a pool tries in turn: the one on its own host, then the virtual
 * address, or all others if there is none. Without a leader each attempt is refused, and the next
 * one uses the next address. The address of a dead host would delay the pool after the next leader
 * is elected; the virtual address has no such delay.
 */
function routersOf({ settings, topology }: SharedArgs, { address }: Endpoint): string[] {
  const { virtualAddress } = settings.keepalived;
  const addresses = topology.haproxies.map((one) => one.address);
  const own = addresses.filter((one) => one === address);
  const others = addresses.filter((one) => one !== address);
  if (virtualAddress === undefined) return [...own, ...others];
  return own.length > 0 ? [...own, virtualAddress] : [virtualAddress, ...others];
}

/**
 * Succeeds if PgBouncer's console reports the generation in the file. It asks at the port where
 * PgBouncer runs: a new port takes effect only after a restart.
 */
const isInEffect = `
named=$(sed -n 's/^${generationSetting} = //p' ${paths.pgbouncerIni})
for socket in ${paths.pgSocket}/.s.PGSQL.*[0-9]; do
  ! "$@" -p "\${socket##*.}" | grep -q "^${generationSetting}|$named|" || exit 0
done
exit 1
`;

/** One PgBouncer. */
export function poolService(args: PgBouncerArgs, pool: Endpoint): Service {
  const { settings, certificates, lookup, monitor } = args;
  const { pgbouncer, haproxy, postgres, databases, credentials, tls } = settings;
  const model = {
    pgbouncer,
    haproxies: routersOf(args, pool),
    writePort: haproxy.writePort,
    readPort: haproxy.readPort,
    lookupUser: currentName(systemRole.poolLookup, credentials.poolLookup),
    databases: Object.keys(databases),
    tls,
    ...(settings.monitoring.exporters
      ? { statsUsers: [systemRole.monitor, secondLogin(systemRole.monitor)] }
      : {}),
  };
  // Contains the former login too: PgBouncer can read this file by itself before it reloads the
  // other.
  const known = settings.monitoring.exporters ? [lookup, monitor] : [lookup];
  const userlist = pulumi.all(known).apply((all) => renderUserlist(all.flatMap(everyLogin)));
  const place = { name: pool.name, configDirectory: paths.pgbouncerConfig };
  const certificateFiles = certificates.filesOf(place, { identity: "reload", ca: "reload" });
  const ini = pulumi
    .all([userlist, ...certificateFiles.map(({ content }) => content)])
    .apply((others) =>
      withGeneration((generation) => renderPgbouncerIni({ ...model, generation }), others),
    );
  // The admin console on the socket, which the service's own user enters without a password.
  const ask = (question: string) => [
    ...["psql", "-XqAtw", "-h", paths.pgSocket, "-U", poolUser, "-c", question, "pgbouncer"],
  ];
  return {
    ...place,
    kind: "pgbouncer",
    command: ["pgbouncer", paths.pgbouncerIni],
    files: [
      ...certificateFiles,
      {
        path: paths.pgbouncerListen,
        content: renderPgbouncerListen(pgbouncer, postgres.version),
        onChange: "restart",
      },
      { path: paths.pgbouncerIni, content: ini, onChange: "reload" },
      { path: paths.pgbouncerUserlist, content: userlist, mode: 0o600, onChange: "reload" },
    ],
    runtimeDirectory: paths.pgSocket,
    ports: [{ port: pgbouncer.port, published: pgbouncer.port }],
    readiness: {
      command: [...ask("SHOW VERSION"), "-p", String(pgbouncer.port)],
      timeoutSeconds: 60,
    },
    reloaded: ["sh", "-c", isInEffect, "reloaded", ...ask("SHOW CONFIG")],
    reloadSignal: "SIGHUP",
    // SIGINT waits for running transactions. SIGTERM would wait until all clients disconnect.
    stopSignal: "SIGINT",
    stopGraceSeconds: 10,
    ...limitsOf("pgbouncer", settings),
  };
}
