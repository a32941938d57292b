import { groupsOf } from "../access/groups";
import { secondLogin } from "../access/logins";
import { hbaFields } from "../postgres/hbaLine";
import { createRoleIsSafeSince } from "../access/systemRoles";
import { predefinedRoles } from "./access";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Rules about roles and their access. */
export function accessRules(settings: Settings): Problem[] {
  return [
    ...ownersExist(settings),
    ...sharersExist(settings),
    ...nobodyTwice(settings),
    ...groupNamesAreFree(settings),
    ...secondNamesAreFree(settings),
    ...predefinedRolesExist(settings),
    ...createRolesIsSafe(settings),
    ...hbaLinesCoverBothLogins(settings),
  ];
}

const isPresent = ({ roles }: Settings, name: string) =>
  Object.hasOwn(roles, name) && roles[name]?.state === "present";

/** What is wrong with a name that must be one of the roles; nothing if it is. */
function missingRole(settings: Settings, path: string, name: string): Problem[] {
  if (isPresent(settings, name)) return [];
  const present = Object.keys(settings.roles).filter((role) => isPresent(settings, role));
  const message = Object.hasOwn(settings.roles, name)
    ? `"${name}" is to be dropped (roles.${name}.state)`
    : `"${name}" is not one of roles (${present.join(", ") || "none"})`;
  return [{ path, message }];
}

function ownersExist(settings: Settings): Problem[] {
  return Object.entries(settings.databases).flatMap(([database, { owner, schemas }]) => [
    ...missingRole(settings, `databases.${database}.owner`, owner),
    ...Object.entries(schemas).flatMap(([schema, one]) =>
      missingRole(settings, `databases.${database}.schemas.${schema}.owner`, one.owner),
    ),
  ]);
}

/** A database's readers and writers with their paths. */
const sharersOf = (database: string, { readers, writers }: Settings["databases"][string]) =>
  Object.entries({ readers, writers }).flatMap(([list, names]) =>
    names.map((name, i) => ({ name, path: `databases.${database}.${list}.${i}` })),
  );

function sharersExist(settings: Settings): Problem[] {
  return Object.entries(settings.databases).flatMap(([database, lists]) =>
    sharersOf(database, lists).flatMap(({ name, path }) => missingRole(settings, path, name)),
  );
}

function nobodyTwice({ databases }: Settings): Problem[] {
  return Object.entries(databases).flatMap(([database, lists]) => {
    const seen = new Map([[lists.owner, "owns the database"]]);
    return sharersOf(database, lists).flatMap(({ name, path }) => {
      const before = seen.get(name);
      seen.set(name, `is also ${path}`);
      return before === undefined ? [] : [{ path, message: `"${name}" ${before}` }];
    });
  });
}

function groupNamesAreFree({ roles, databases }: Settings): Problem[] {
  return Object.keys(databases).flatMap((database) =>
    groupsOf(database)
      .filter((group) => Object.hasOwn(roles, group))
      .map((group) => ({
        path: `roles.${group}`,
        message: `is the name of a group of the database ${database}`,
      })),
  );
}

function secondNamesAreFree({ roles }: Settings): Problem[] {
  return Object.entries(roles)
    .filter(([, { rotation, state }]) => rotation > 0 && state === "present")
    .flatMap(([name]) => {
      const second = secondLogin(name);
      const path = `roles.${name}.rotation`;
      if (Buffer.byteLength(second) > 63) {
        return [{ path, message: `needs a role name of at most 61 bytes: ${second} logs in too` }];
      }
      return Object.hasOwn(roles, second)
        ? [{ path, message: `needs the name ${second}, which is another role's` }]
        : [];
    });
}

function predefinedRolesExist({ roles, postgres }: Settings): Problem[] {
  return Object.entries(roles).flatMap(([name, { memberOf }]) =>
    memberOf
      .map((predefined, i) => ({ predefined, path: `roles.${name}.memberOf.${i}` }))
      .filter(({ predefined }) => predefinedRoles[predefined] > postgres.version)
      .map(({ predefined, path }) => ({
        path,
        message:
          `${predefined} needs PostgreSQL ${predefinedRoles[predefined]}, got ` +
          `${postgres.version}`,
      })),
  );
}

/** In older versions such a role can become a superuser. */
function createRolesIsSafe({ roles, postgres }: Settings): Problem[] {
  if (postgres.version >= createRoleIsSafeSince) return [];
  return Object.entries(roles)
    .filter(([, { createRoles }]) => createRoles === true)
    .map(([name]) => ({
      path: `roles.${name}.createRoles`,
      message:
        `needs PostgreSQL ${createRoleIsSafeSince}, got ${postgres.version}: before, such a role ` +
        "can become a superuser; list its roles in the stack file",
    }));
}

/**
 * A line of pg_hba.conf for a role would not apply to its second login; one for its members applies
 * to both.
 */
function hbaLinesCoverBothLogins({ roles, postgres }: Settings): Problem[] {
  return postgres.hba.flatMap((line, i) => {
    return (hbaFields(line).fields[2] ?? [])
      .map(({ text }) => text)
      .filter((user) => Object.hasOwn(roles, user) && (roles[user]?.rotation ?? 0) > 0)
      .map((user) => ({
        path: `postgres.hba.${i}`,
        message: `must say +${user} instead of ${user}, which logs in as ${secondLogin(user)} too`,
      }));
  });
}
