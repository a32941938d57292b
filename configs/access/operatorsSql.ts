import type { AccessModel } from "./accessModel";
import { loginsSql } from "./loginsSql";
import { call, identifier, literal, names } from "./sql";
import { createRoleIsSafeSince } from "./systemRoles";

/**
 * Connection limit of each login of the monitor, on each member, without probes: it must not use up
 * those of clients.
 */
const monitorConnections = 10;

/** Predefined roles for the administrator, and the major version that introduced each. */
const administratorOf = {
  pg_monitor: 10,
  pg_signal_backend: 10,
  pg_checkpoint: 15,
  pg_use_reserved_connections: 16,
  pg_maintain: 17,
  pg_signal_autovacuum_worker: 18,
};

/** Statements for the administrator and the monitor. Neither ever becomes a superuser. */
export function operatorsSql(model: AccessModel): string[] {
  const { version, administrator, monitor, probeConnections, roles } = model;
  const predefined = Object.entries(administratorOf)
    .filter(([, since]) => version >= since)
    .map(([name]) => name);
  const applications = roles.map(({ logins }) => logins.first.name);
  const createRole = version >= createRoleIsSafeSince ? "CREATEROLE" : "NOCREATEROLE";
  return [
    ...operatorSql(administrator, ["CONNECTION LIMIT -1"], ["CREATEDB", createRole]),
    // Groups are not listed: the administrator stays a member of a removed role, and so has access
    // to its objects.
    call(
      "be_member",
      literal(administrator.first.name),
      names([...predefined, ...applications]),
      names([]),
    ),
    ...operatorSql(
      monitor,
      [`CONNECTION LIMIT ${monitorConnections + probeConnections}`],
      ["NOCREATEDB", "NOCREATEROLE"],
    ),
    call("be_member", literal(monitor.first.name), names(["pg_monitor"]), names([])),
  ];
}

function operatorSql(
  logins: AccessModel["monitor"],
  attributes: string[],
  ofRole: string[],
): string[] {
  const { first, second } = logins;
  const never = ["NOSUPERUSER", "NOREPLICATION", "NOBYPASSRLS"];
  return [
    ...loginsSql(logins, attributes, "second login", "system role"),
    `ALTER ROLE ${[identifier(first.name), ...never, ...ofRole].join(" ")};`,
    ...(second === undefined
      ? []
      : [call("log_in_for", literal(second.name), literal(first.name))]),
  ];
}
