import type { AccessModel } from "./accessModel";
import type { DatabasesModel } from "./databasesSql";
import { type Logins, secondLogin } from "./logins";
import type { Settings } from "../settings/schema";
import { alternatingRoles, systemRole } from "./systemRoles";

/** All passwords in PostgreSQL. */
export interface AccessPasswords {
  superuser: string;
  replication: Logins;
  rewind: Logins;
  poolLookup: Logins;
  administrator: Logins;
  monitor: Logins;
  /** By role of the stack file. */
  roles: Record<string, Logins>;
}

/** The roles of the stack file that must exist. */
export const presentRoles = ({ roles }: Pick<Settings, "roles">) =>
  Object.entries(roles)
    .filter(([, { state }]) => state === "present")
    .map(([name, role]) => ({ name, ...role }));

/**
 * The database of outputs that name none; undefined if the stack file has several and selects none
 * of them.
 */
export const defaultDatabaseOf = ({
  databases,
  defaultDatabase,
}: Pick<Settings, "databases" | "defaultDatabase">): string | undefined => {
  const names = Object.keys(databases);
  return defaultDatabase ?? (names.length === 1 ? names[0] : undefined);
};

/**
 * The databases in which a role owns, reads or writes something. A role that no database names gets
 * all: it may be a member of pg_read_all_data, for example.
 */
export function databasesFor({ databases }: Settings, role: string): string[] {
  const all = Object.entries(databases);
  const own = all.filter(([, { owner, schemas, readers, writers }]) =>
    [owner, ...Object.values(schemas).map((one) => one.owner), ...readers, ...writers].includes(
      role,
    ),
  );
  return (own.length > 0 ? own : all).map(([name]) => name);
}

/** The roles that may log in, and the databases. */
export function accessModel(settings: Settings, passwords: AccessPasswords): AccessModel {
  const { superuser, replication, rewind, poolLookup, administrator, monitor, roles } = passwords;
  return {
    version: settings.postgres.version,
    hasBackups: settings.backup.enabled,
    systemRoles: { superuser, replication, rewind },
    lookup: poolLookup,
    administrator,
    monitor,
    probeConnections: settings.monitoring.probe ? 3 * settings.haproxy.instances : 0,
    roles: presentRoles(settings).flatMap((role) => {
      const { name, connectionLimit, replication, createDatabases, createRoles, memberOf } = role;
      const logins = roles[name];
      const databases = databasesFor(settings, name);
      return logins === undefined
        ? []
        : [
            {
              ...{ logins, connectionLimit, replication, createDatabases, createRoles },
              ...{ memberOf, databases },
            },
          ];
    }),
    loginNames: loginNames(settings),
    databases: databasesOf(settings),
  };
}

/** All logins except the superuser. */
export function loginNames(settings: Settings): string[] {
  const { credentials } = settings;
  return [
    ...alternatingRoles.map((one) => ({ name: systemRole[one], rotation: credentials[one] })),
    ...presentRoles(settings),
  ].flatMap(({ name, rotation }) => (rotation === 0 ? [name] : [name, secondLogin(name)]));
}

/** The contents of the databases. */
export function databasesModel(settings: Settings): DatabasesModel {
  return {
    databases: databasesOf(settings).map(({ schemas, ...database }) => ({
      ...database,
      schemas: Object.entries(schemas).map(([name, { owner }]) => ({ name, owner })),
    })),
    dropped: Object.entries(settings.roles)
      .filter(([, { state }]) => state === "dropped")
      .map(([name]) => name),
  };
}

const databasesOf = ({ databases }: Settings) =>
  Object.entries(databases).map(([name, database]) => ({ name, ...database }));
