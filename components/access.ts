import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { accessModel, databasesModel, loginNames } from "../configs/access/model";
import { type AccessModel, accessSql } from "../configs/access/accessSql";
import { databasesSql } from "../configs/access/databasesSql";
import { paths } from "../configs/paths";
import { sessionsSql } from "../configs/access/sessionsSql";
import { systemRolesSql } from "../configs/access/systemRolesSql";
import type { Topology } from "../configs/topology";
import type { Service } from "../platforms/platform";
import type { Credentials } from "./credentials";
import type { SharedArgs } from "./shared";

const script = (name: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", name), "utf8");
const leaderSql = script("leader-sql.sh");
const membersSql = script("members-sql.sh");

/** What the functions of this file need. */
export interface AccessArgs extends SharedArgs {
  credentials: Credentials;
  /** The member from which SQL is sent. */
  service: Service;
}

/**
 * Gives the members' own roles their passwords, before a member is told of a new one. Passed over where
 * nothing runs yet.
 */
export function setSystemRoles(
  name: string,
  args: AccessArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const sql = modelOf(args).apply(({ systemRoles }) => systemRolesSql(systemRoles));
  return onLeader(name, args, { sql, onlyIfRunning: true }, opts);
}

/** Makes roles, their passwords and databases what the stack file says. */
export function setAccess(
  name: string,
  args: AccessArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return onLeader(name, args, { sql: modelOf(args).apply(accessSql) }, opts);
}

/**
 * What needs all members: the end of sessions of roles that have lost their login, on standbys too, and
 * extensions, whose packages every member has to have. Then readers, writers and what is dropped.
 */
export class Databases extends pulumi.ComponentResource {
  constructor(name: string, args: AccessArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Databases", name, {}, opts);
    const { settings, platform, topology, service } = args;
    const inherit = { parent: this, dependsOn: opts.dependsOn ?? [] };
    const stdin = sessionsSql(loginNames(settings));
    const addresses = topology.members.map(({ address }) => address);
    const any = `${asSuperuser} connect_timeout=5 passfile=${paths.superuserPassfile}`;
    const leader = `${leaderConnection(topology)} passfile=${paths.superuserPassfile}`;
    const sessions = platform.execute(
      `${name}-sessions`,
      { service, command: ["sh", "-c", membersSql, "sh", leader, any, ...addresses], stdin },
      inherit,
    );
    const contents = databasesSql(databasesModel(settings));
    if (contents !== "") {
      platform.execute(
        `${name}-contents`,
        { service, command: ["psql", "-XqAtw", leader], stdin: contents },
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

const asSuperuser = "user=postgres dbname=postgres";

/** The own socket first: it needs no password. It is passed over while another member leads. */
function leaderConnection({ members }: Topology): string {
  const hosts = [paths.pgSocket, ...members.map(({ address }) => address)].join(",");
  return `host=${hosts} ${asSuperuser} target_session_attrs=read-write`;
}

/** Runs a psql script where the cluster takes writes. */
function onLeader(
  name: string,
  { platform, topology, credentials, service }: AccessArgs,
  { sql, onlyIfRunning = false }: { sql: pulumi.Input<string>; onlyIfRunning?: boolean },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const connection = leaderConnection(topology);
  const stdin = pulumi.interpolate`${superuserPassLine(credentials)}${sql}`;
  const command = ["sh", "-c", leaderSql, "sh", connection, paths.superuserPassfile];
  return platform.execute(name, { service, command, stdin, onlyIfRunning }, opts);
}

/** The superuser's line in a password file. */
export const superuserPassLine = ({ system }: Credentials): pulumi.Output<string> =>
  pulumi.interpolate`*:*:*:postgres:${system.superuser}\n`;
