import { secondLogin } from "./logins";

/** The cluster's own roles, by what they are for. */
export const systemRole = {
  superuser: "postgres",
  replication: "replicator",
  rewind: "rewind",
  poolLookup: "pgbouncer",
  administrator: "administrator",
  monitor: "monitor",
} as const;

/** Those with two logins that take turns. The superuser's name is fixed, and no client has its password. */
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
