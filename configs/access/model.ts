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
  /** By role of the stack file. */
  roles: Record<string, Logins>;
}

/** The stack file's roles that there are to be. */
export const presentRoles = ({ roles }: Settings) =>
  Object.entries(roles)
    .filter(([, { state }]) => state === "present")
    .map(([name, role]) => ({ name, ...role }));

/** Who may log in, and which databases there are. */
export function accessModel(settings: Settings, passwords: AccessPasswords): AccessModel {
  const { superuser, replication, rewind, poolLookup, roles } = passwords;
  return {
    systemRoles: { superuser, replication, rewind },
    lookup: poolLookup,
    roles: presentRoles(settings).flatMap(({ name, connectionLimit, memberOf }) => {
      const logins = roles[name];
      return logins === undefined ? [] : [{ logins, connectionLimit, memberOf }];
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
