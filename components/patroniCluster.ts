import * as pulumi from "@pulumi/pulumi";
import { accessSql } from "../configs/accessSql";
import { dynamicConfig, type DynamicConfig } from "../configs/dynamicConfig";
import { paths } from "../configs/paths";
import { poolUser } from "../configs/pgbouncerIni";
import { renderPatroniYml } from "../configs/patroniYml";
import { type Endpoint, ports } from "../configs/topology";
import type { Service } from "../platforms/platform";
import type { Credentials } from "./credentials";
import type { SharedArgs } from "./shared";

/** Arguments of {@link PatroniCluster}. */
export interface PatroniClusterArgs extends SharedArgs {
  credentials: Credentials;
}

/**
 * The members. The first bootstraps the cluster; each of the others starts when the one before is
 * running and streaming. The same order makes every later change roll: one member at a time, each
 * ready before the next is touched.
 */
export class PatroniCluster extends pulumi.ComponentResource {
  constructor(name: string, args: PatroniClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:PatroniCluster", name, {}, opts);
    const { platform, topology, settings } = args;
    const dynamic = dynamicConfig(settings, platform);
    const services = topology.members.map((member) => memberService(args, dynamic, member));

    let previous = opts.dependsOn ?? [];
    for (const [index, service] of services.entries()) {
      const member = platform.run(service, { parent: this, dependsOn: previous });
      const ready = { parent: this, dependsOn: member };
      previous =
        index > 0
          ? member
          : [
              member,
              // Before the next member starts: on kept data an earlier stack's passwords still hold.
              setAccess(`${name}-access`, args, service, ready),
              setDynamicConfig(`${name}-dynamic-config`, args, service, dynamic, ready),
            ];
    }
    this.registerOutputs({});
  }
}

function memberService(
  { settings, topology, platform, credentials }: PatroniClusterArgs,
  dynamic: DynamicConfig,
  member: Endpoint,
): Service {
  const { postgres, patroni } = settings;
  const { superuser, replication, rewind, restApi } = credentials.system;
  const patroniYml = pulumi.output({ superuser, replication, rewind, restApi }).apply((passwords) =>
    renderPatroniYml({
      settings,
      member,
      etcd: topology.etcd,
      dynamic,
      passwords,
      watchdog: platform.watchdog,
    }),
  );
  return {
    name: member.name,
    program: "patroni",
    command: ["patroni", paths.patroniYml],
    configDirectory: paths.patroniConfig,
    files: [
      { path: paths.patroniYml, content: patroniYml, onChange: "reload" },
      {
        path: paths.superuserPassfile,
        content: pulumi.interpolate`*:*:*:postgres:${superuser}\n`,
        mode: 0o600, // libpq ignores a password file that others can read
        onChange: "reload",
      },
    ],
    dataDirectory: paths.postgresData,
    ports: [
      { port: ports.postgres, published: platform.memberPortOf(member.name) },
      { port: ports.patroni },
    ],
    readiness: {
      command: ["sh", "-c", isRunningAndStreaming],
      timeoutSeconds: patroni.readinessTimeoutSeconds,
    },
    reloadSignal: "SIGHUP",
    stopGraceSeconds: postgres.stopGraceSeconds,
    memoryMegabytes: postgres.memoryMegabytes,
    // Parallel queries share memory there; Docker's own 64 MiB are a well-known trap.
    sharedMemoryMegabytes: Math.max(64, Math.floor(postgres.memoryMegabytes / 4)),
  };
}

/** Patroni's /readiness, and for a standby that it streams, which /readiness alone does not say. */
const isRunningAndStreaming = [
  `curl -sf -o /dev/null localhost:${ports.patroni}/readiness`,
  `curl -s localhost:${ports.patroni}/patroni | grep -Eq '"role": "(primary|master)"|"replication_state": "streaming"'`,
].join(" && ");

/** Makes roles, their passwords and databases what the stack file says. */
function setAccess(
  name: string,
  { settings, topology, platform, credentials }: PatroniClusterArgs,
  service: Service,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { superuser, replication, rewind, poolLookup } = credentials.system;
  const stdin = pulumi
    .output({ superuser, replication, rewind, poolLookup, roles: credentials.roles })
    .apply((passwords) =>
      accessSql({
        systemRoles: [
          { name: "postgres", password: passwords.superuser },
          { name: "replicator", password: passwords.replication },
          { name: "rewind", password: passwords.rewind },
        ],
        lookupRole: { name: poolUser, password: passwords.poolLookup, connectionLimit: -1 },
        roles: Object.entries(settings.roles).map(([role, { connectionLimit }]) => ({
          name: role,
          password: passwords.roles[role] ?? "",
          connectionLimit,
        })),
        databases: Object.entries(settings.databases).map(([database, { owner }]) => ({
          name: database,
          owner,
        })),
      }),
    );
  // The own socket first: it needs no password. It is passed over while another member leads.
  const hosts = [paths.pgSocket, ...topology.members.map(({ address }) => address)].join(",");
  const target = `host=${hosts} user=postgres dbname=postgres target_session_attrs=read-write passfile=${paths.superuserPassfile}`;
  return platform.execute(name, { service, command: ["psql", "-XqAt", target], stdin }, opts);
}

/** Patches what the stack file owns into the running cluster; the rest is left alone. */
function setDynamicConfig(
  name: string,
  { settings, platform }: PatroniClusterArgs,
  service: Service,
  dynamic: DynamicConfig,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const command = ["patronictl", "-c", paths.patroniYml, "edit-config"];
  return platform.execute(
    name,
    {
      service,
      command: [...command, "--apply", "-", "--force", settings.clusterName],
      stdin: JSON.stringify(dynamic),
    },
    opts,
  );
}
