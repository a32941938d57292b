import type { AccessModel } from "./accessSql";
import type { DatabasesModel } from "./databasesSql";
import { type Logins, secondLogin } from "./logins";
import type { Settings } from "../settings/schema";
import { alternatingRoles, systemRole } from "./systemRoles";

/** Every password that PostgreSQL keeps. */
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

/** The stack file's roles that there are to be. */
export const presentRoles = ({ roles }: Pick<Settings, "roles">) =>
  Object.entries(roles)
    .filter(([, { state }]) => state === "present")
    .map(([name, role]) => ({ name, ...role }));

/** The database of the outputs that name none; undefined if the stack file has several and names none of them. */
export const defaultDatabaseOf = ({
  databases,
  defaultDatabase,
}: Pick<Settings, "databases" | "defaultDatabase">): string | undefined => {
  const names = Object.keys(databases);
  return defaultDatabase ?? (names.length === 1 ? names[0] : undefined);
};

/**
 * The databases that a role owns something in, reads or writes. A role that is named by none gets all of them: it may
 * be a member of pg_read_all_data, say.
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

/** Who may log in, and which databases there are. */
export function accessModel(settings: Settings, passwords: AccessPasswords): AccessModel {
  const { superuser, replication, rewind, poolLookup, administrator, monitor, roles } = passwords;
  return {
    version: settings.postgres.version,
    systemRoles: { superuser, replication, rewind },
    lookup: poolLookup,
    administrator,
    monitor,
    roles: presentRoles(settings).flatMap(({ name, connectionLimit, replication, memberOf }) => {
      const logins = roles[name];
      const databases = databasesFor(settings, name);
      return logins === undefined
        ? []
        : [{ logins, connectionLimit, replication, memberOf, databases }];
    }),
    loginNames: loginNames(settings),
    databases: databasesOf(settings),
  };
}

/** Everybody who may log in, the superuser apart. */
export function loginNames(settings: Settings): string[] {
  const { credentials } = settings;
  return [
    ...alternatingRoles.map((one) => ({ name: systemRole[one], rotation: credentials[one] })),
    ...presentRoles(settings),
  ].flatMap(({ name, rotation }) => (rotation === 0 ? [name] : [name, secondLogin(name)]));
}

/** What is in the databases. */
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
