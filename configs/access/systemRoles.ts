import { secondLogin } from "./logins";

/** The system roles by purpose. */
export const systemRole = {
  superuser: "postgres",
  replication: "replicator",
  rewind: "rewind",
  poolLookup: "pgbouncer",
  administrator: "administrator",
  monitor: "monitor",
} as const;

/**
 * The roles with two alternating logins. The superuser's name is fixed, and no client has its
 * password.
 */
export const alternatingRoles = [
  "replication",
  "rewind",
  "poolLookup",
  "administrator",
  "monitor",
] as const;

/** Names that a stack file cannot use. */
export const systemRoleNames: string[] = [
  ...Object.values(systemRole),
  ...alternatingRoles.map((role) => secondLogin(systemRole[role])),
];

/**
 * Before PostgreSQL 16 a role with CREATEROLE can make itself a member of
 * pg_execute_server_program, which is equal to a superuser.
 */
export const createRoleIsSafeSince = 16;
