import { ports } from "../cluster/ports";
import type { Endpoint } from "../cluster/topology";
import type { Settings } from "../settings/schema";

/** A line for each member, with which HAProxy reaches and checks it. */
export const postgresServers = (members: Endpoint[]): string[] =>
  members.map(
    // Verified by the member's name, which its certificate contains at any address.
    ({ name, address }) =>
      `  server ${name} ${address}:${ports.postgres} check port ${ports.patroni} verifyhost ${name}`,
  );

/** The lines of the stack file, indented as all others. */
export const asLines = (lines: string[]): string[] => lines.map((line) => `  ${line.trim()}`);

/**
 * Interval of checks of a member that is down or about to be, in milliseconds. Patroni's REST API
 * is absent for up to half a second when it loads another certificate, which must not close
 * sessions.
 */
export const fastInterval = ({ checkIntervalMilliseconds }: Settings["haproxy"]) =>
  Math.max(100, Math.round(checkIntervalMilliseconds / 3));

/**
 * How long a new session waits for checks, in milliseconds: after a start, all run once within the
 * fast interval.
 */
export const patience = (haproxy: Settings["haproxy"]) =>
  Math.min(3000, fastInterval(haproxy) + 250);

/** The frontend of reads, and the backend of the members that serve them. */
export function readSections(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  const { readPort, readFrom, readBalance, extraLines } = haproxy;
  return [
    "frontend read",
    `  bind :${readPort} tcp-ut 25s`,
    ...asLines(extraLines.read),
    ...(readFrom === "all" ? [] : untilToldApart(haproxy, members)),
    // Read sessions on the primary stay until they end: to close them when a standby returns would
    // be a second interruption, only to move load.
    "  use_backend primary if { nbsrv(standbys) eq 0 } { nbsrv(primary) gt 0 }",
    "  default_backend standbys",
    "",
    "backend standbys",
    `  balance ${readBalance}`,
    // When a standby is added or removed, clients of the others keep theirs.
    ...(readBalance === "source" ? ["  hash-type consistent"] : []),
    ...readCheck(haproxy),
    ...asLines(extraLines.standbys),
    ...whileNobodyLeads(members),
    ...postgresServers(members),
    "",
  ];
}

/**
 * Two grades of failure. A member that does not run, or was promoted, is down and loses its
 * sessions. One that lags or does not stream gets no new sessions (`L7OKC`), and running queries
 * continue. The expression on the body comes first, so that HAProxy reads the whole answer.
 */
function readCheck({ readFrom, maximumReadLagMegabytes }: Settings["haproxy"]): string[] {
  const isAll = readFrom === "all";
  const role = isAll ? "primary|master|replica" : "replica";
  const streams = '"replication_state": *"streaming"';
  return [
    `  option httpchk GET /${isAll ? "read-only" : "replica"}?lag=${maximumReadLagMegabytes}MB`,
    `  http-check expect rstring '"role": *"(${role})"'`,
    `  http-check expect rstring '"state": *"running"'`,
    "  http-check expect error-status L7OKC rstring " +
      `'${isAll ? `"role": *"(primary|master)"|${streams}` : streams}'`,
    "  http-check expect error-status L7OKC status 200",
  ];
}

/**
 * Without a primary no standby streams: then all that run serve reads. The rules choose one of them
 * at random, and the first one if that is down.
 */
function whileNobodyLeads(members: Endpoint[]): string[] {
  const rule = (name: string, more: string) =>
    `  use-server ${name} if { nbsrv(standbys) eq 0 } { srv_is_up(standbys/${name}) }${more}`;
  return [
    ...members.map(({ name }, i) => rule(name, ` { rand(${members.length - i}) eq 0 }`)),
    ...members.map(({ name }) => rule(name, "")),
  ];
}

/**
 * No member is both primary and standby. One that appears as both is not checked yet after a start,
 * or has just been promoted: a read session on it would be closed a moment later.
 */
function untilToldApart(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  const seemsBoth = "sess.seems_both";
  return [
    `  tcp-request inspect-delay ${patience(haproxy)}ms`,
    `  tcp-request content set-var(${seemsBoth}) bool(false)`,
    ...members.map(
      ({ name }) =>
        `  tcp-request content set-var(${seemsBoth}) bool(true) if { ` +
        `srv_is_up(primary/${name}) } { srv_is_up(standbys/${name}) }`,
    ),
    `  tcp-request content accept unless { var(${seemsBoth}) -m bool }`,
    "  tcp-request content accept if WAIT_END",
  ];
}
