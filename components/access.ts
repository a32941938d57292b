import * as pulumi from "@pulumi/pulumi";
import { accessModel, databasesModel, loginNames } from "../configs/access/model";
import type { AccessModel } from "../configs/access/accessModel";
import { accessSql } from "../configs/access/accessSql";
import { databasesSql } from "../configs/access/databasesSql";
import { paths } from "../configs/cluster/paths";
import { sessionsSql } from "../configs/access/sessionsSql";
import { systemRole } from "../configs/access/systemRoles";
import { systemRolesSql } from "../configs/access/systemRolesSql";
import type { Service } from "../platforms/platform";
import { accessDifference } from "../platforms/running";
import type { Credentials } from "./credentials";
import type { SharedArgs } from "./shared";

/** What the functions of this file need. */
export interface AccessArgs extends SharedArgs {
  credentials: Credentials;
  /** The members. The leader receives the SQL. */
  services: Service[];
}

/**
 * Sets the passwords of the members' own roles before a member gets a new one. Skipped while no
 * member runs.
 */
export function setSystemRoles(
  name: string,
  args: AccessArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const sql = modelOf(args).apply(({ systemRoles }) => systemRolesSql(systemRoles));
  return onLeader(name, args, { sql, onlyIfRunning: true }, opts);
}

/** Brings roles, their passwords and databases to the state in the stack file. */
export function setAccess(
  name: string,
  args: AccessArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const difference = accessDifference(args.platform.running, "access");
  return onLeader(name, args, { sql: modelOf(args).apply(accessSql), difference }, opts);
}

/**
 * Runs what needs all members. It ends sessions of roles that lost their login, also on standbys,
 * and creates extensions, whose packages every member must have. Grants for readers and writers and
 * drops follow.
 */
export class Databases extends pulumi.ComponentResource {
  constructor(name: string, args: AccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Databases", name, {}, opts);
    const { settings, platform, services } = args;
    const inherit = { parent: this, dependsOn: opts.dependsOn ?? [] };
    const stdin = sessionsSql(loginNames(settings));
    // A member that does not answer is reported. It may be gone for long, so the update continues.
    const command = ["sh", "-c", `${asSuperuser.join(" ")} -v ON_ERROR_STOP=1 || true`];
    const sessions = services
      .filter((service) => !platform.isAway(service.name))
      .map((service) =>
        platform.execute(
          `${name}-sessions-${service.name}`,
          { service, command, stdin, onlyIfRunning: true },
          inherit,
        ),
      );
    const contents = databasesSql(databasesModel(settings));
    if (contents !== "") {
      const difference = accessDifference(platform.running, "contents");
      onLeader(
        `${name}-contents`,
        args,
        { sql: contents, difference },
        { ...inherit, dependsOn: sessions },
      );
    }
    this.registerOutputs({});
  }
}

function modelOf({ settings, credentials }: AccessArgs): pulumi.Output<AccessModel> {
  const { system, systemLogins, roles } = credentials;
  return pulumi
    .output({ superuser: system.superuser, ...systemLogins, roles })
    .apply((passwords) => accessModel(settings, passwords));
}

/**
 * Connects over the member's own socket without a password. pg_hba.conf does not admit the
 * superuser over the network.
 */
const asSuperuser = [
  ...["env", "PGCONNECT_TIMEOUT=5", "psql", "-XqAtw", "-v", "VERBOSITY=terse"],
  ...["-h", paths.pgSocket, "-U", systemRole.superuser, "-d", "postgres"],
];

/**
 * Runs the psql script on its input. With strict synchronous replication a commit waits for a
 * standby. During the founding there is none, and the commit would wait forever.
 */
export const superuserScript = [
  ...["sh", "-c"],
  [
    `standbys=$(${asSuperuser.join(" ")} -c 'SELECT count(*) FROM pg_stat_replication' </dev/null)`,
    `[ "$standbys" != 0 ] || export PGOPTIONS='-c synchronous_commit=local'`,
    `exec ${asSuperuser.join(" ")}`,
  ].join("\n"),
];

/** Fails with the message of a member's start program if that member needs an operator. */
const isStopped = `if [ -s ${paths.startStopped} ]; then cat ${paths.startStopped}; exit 3; fi`;

const leads = `test "$(${asSuperuser.join(" ")} -c 'SELECT pg_is_in_recovery()')" = f`;

interface LeaderScript {
  sql: pulumi.Input<string>;
  onlyIfRunning?: boolean;
  /** Why it must run again although it is the same. */
  difference?: string | undefined;
}

/** Runs a psql script on the primary. */
function onLeader(
  name: string,
  { settings, platform, services }: AccessArgs,
  { sql, onlyIfRunning = false, difference }: LeaderScript,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return platform.executeWhere(
    name,
    {
      services,
      condition: ["sh", "-c", `${isStopped}; ${leads}`],
      command: superuserScript,
      stdin: sql,
      onlyIfRunning,
      nobody: "no member leads; `npm run status` says more",
      patienceSeconds: settings.patroni.readinessTimeoutSeconds,
      difference,
    },
    opts,
  );
}
