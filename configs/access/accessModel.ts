import type { Logins } from "./logins";
import type { SystemRolesModel } from "./systemRolesSql";

/** A role that logs in. */
export interface RoleModel {
  logins: Logins;
  /** Connection limit of each of its logins; -1 is no limit. */
  connectionLimit: number;
  /** Whether it may replicate; undefined leaves that unchanged. */
  replication?: boolean | undefined;
  /** Whether it may create databases; undefined leaves that unchanged. */
  createDatabases?: boolean | undefined;
  /** Whether it may create roles; undefined leaves that unchanged. */
  createRoles?: boolean | undefined;
  /** PostgreSQL's predefined roles that it is a member of. */
  memberOf: string[];
  /** Databases that it may connect to. */
  databases: string[];
}

/** A database and the roles that use it. */
export interface DatabaseModel {
  name: string;
  owner: string;
  readers: string[];
  writers: string[];
}

/** The roles that may log in, and the databases. */
export interface AccessModel {
  /** PostgreSQL's major version. */
  version: number;
  /** Whether there are backups. */
  hasBackups: boolean;
  systemRoles: SystemRolesModel;
  /** The role with which PgBouncer looks up passwords. */
  lookup: Logins;
  /** The administrator, who is not a superuser. */
  administrator: Logins;
  /** The monitoring role. */
  monitor: Logins;
  /** Connections of each login of the monitor that probes may need on a member. */
  probeConnections: number;
  roles: RoleModel[];
  /** All logins of the roles above, without the superuser. */
  loginNames: string[];
  databases: DatabaseModel[];
}
