import { isIP } from "node:net";
import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";
import { metricsBackends, metricsRules } from "./metrics";
import { asLines, fastInterval, patience, postgresServers, readSections } from "./reads";

/** The inputs of haproxy.cfg. */
export interface HaproxyModel {
  haproxy: Settings["haproxy"];
  /** Address of its own host. */
  address: string;
  members: Endpoint[];
  etcd: Endpoint[];
  /** The exporters, whose metrics it passes on. @default none */
  exporters?: (Endpoint & { port: number })[];
  /** Maximum sessions of a member; further ones wait. */
  sessionsPerMember: number;
  tls: Pick<Settings["tls"], "minimumVersion">;
  /** Login of the page and the metrics. */
  password: string;
  /** Digest of this content: the process that has read it answers on {@link generationPath}. */
  generation: string;
}

/** Path on the statistics port that shows HAProxy's current configuration; the digest follows. */
export const generationPath = "/generation/";

/** User of the page and the metrics. */
export const statsUser = "stats";

/**
 * HAProxy's configuration: one port routes to the primary, one to the standbys, one to the REST API
 * of the leader (of any member without a leader), and one serves the statistics page, the metrics,
 * also those of members of PostgreSQL and etcd, and the readiness check. Patroni's REST API reports
 * each member's role: a member that does not answer as expected gets no sessions.
 */
export function renderHaproxyCfg(model: HaproxyModel): string {
  const { haproxy, members, sessionsPerMember, tls } = model;
  return [
    ...globalSection(haproxy, tls),
    ...resolverSection(members),
    ...postgresDefaults(haproxy, members, sessionsPerMember),
    ...writeSections(haproxy, members),
    ...readSections(haproxy, members),
    ...restApiSections(haproxy, members),
    ...httpDefaults(),
    ...statsSection(model),
    ...metricsBackends(model, resolving([...members, ...model.etcd, ...(model.exporters ?? [])])),
  ].join("\n");
}

function globalSection(
  haproxy: Settings["haproxy"],
  { minimumVersion }: HaproxyModel["tls"],
): string[] {
  return [
    "global",
    "  log stdout format raw daemon info",
    `  maxconn ${haproxy.maxConnections}`,
    // After a reload the old process keeps its sessions, but no longer checks members. A member
    // that is demoted or dead ends them itself.
    `  hard-stop-after ${haproxy.reloadGraceSeconds}s`,
    // Each old process takes memory.
    "  mworker-max-reloads 3",
    `  ssl-default-bind-options ssl-min-ver TLSv${minimumVersion}`,
    `  ssl-default-server-options ssl-min-ver TLSv${minimumVersion}`,
    ...asLines(haproxy.extraLines.global),
    "",
  ];
}

/** Only for names: a host that is reached by address may have no resolver. */
function resolverSection(members: Endpoint[]): string[] {
  if (!hasNames(members)) return [];
  return [
    "resolvers system",
    "  parse-resolv-conf",
    "  accepted_payload_size 8192",
    "  timeout resolve 1s",
    "  timeout retry 1s",
    "  hold valid 1s",
    // The last address stays until another one is known: the checks detect a dead one.
    ...["nx", "other", "refused", "timeout"].map((status) => `  hold ${status} 1d`),
    "",
  ];
}

function postgresDefaults(
  haproxy: Settings["haproxy"],
  members: Endpoint[],
  sessionsPerMember: number,
): string[] {
  const idle = `${haproxy.clientTimeoutSeconds}s`;
  const interval = haproxy.checkIntervalMilliseconds;
  const sooner = fastInterval(haproxy);
  return [
    "defaults postgres",
    "  mode tcp",
    "  log global",
    "  option tcplog",
    "  option dontlog-normal",
    // This is also the time, up to a second, before HAProxy tries a member again that refused a
    // connection.
    `  timeout connect ${haproxy.connectTimeoutMilliseconds}ms`,
    `  timeout client ${idle}`,
    `  timeout server ${idle}`,
    "  timeout client-fin 10s",
    "  timeout server-fin 10s",
    `  timeout queue ${haproxy.queueTimeoutSeconds}s`,
    `  timeout check ${haproxy.checkTimeoutMilliseconds}ms`,
    "  retries 2",
    "  option redispatch 1",
    ...["cli", "srv"].flatMap((side) => [
      `  option ${side}tcpka`,
      `  ${side}tcpka-idle 10s`,
      `  ${side}tcpka-intvl 5s`,
      `  ${side}tcpka-cnt 3`,
    ]),
    `  default-server inter ${interval}ms fastinter ${sooner}ms downinter ` +
      `${sooner}ms${resolving(members)}`,
    `  default-server fall ${haproxy.checkFall} rise ${haproxy.checkRise}`,
    `  default-server on-marked-down shutdown-sessions tcp-ut 25s maxconn ${sessionsPerMember}`,
    // For the checks only: clients encrypt their sessions, or not.
    `  default-server check-ssl verify required ca-file ${paths.caOf(paths.haproxyConfig)}`,
    ...asLines(haproxy.extraLines.defaults),
    "",
  ];
}

function writeSections(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  return [
    "frontend write",
    `  bind :${haproxy.writePort} tcp-ut 25s`,
    ...asLines(haproxy.extraLines.write),
    // There must never be two primaries. After a start the members may not be checked yet, or one
    // does not know yet that it was replaced: a refusal can be retried, a lost write cannot. A
    // client waits a moment first: a reload has ended by then, and perhaps a switchover.
    `  tcp-request inspect-delay ${patience(haproxy)}ms`,
    ...confirmedPrimary(members).map((one) => `  tcp-request content accept if ${one}`),
    "  tcp-request content reject if WAIT_END",
    "  default_backend primary",
    "",
    "backend primary",
    // The status reports the leader key, which Patroni holds before PostgreSQL leaves recovery. The
    // body reports the end of recovery. It is checked first, so that HAProxy reads the whole
    // answer.
    "  option httpchk GET /primary",
    `  http-check expect rstring '"role": *"(primary|master)"'`,
    "  http-check expect status 200",
    `  http-check set-var(${confirmed}) srv_name`,
    ...asLines(haproxy.extraLines.primary),
    ...postgresServers(members),
    "",
  ];
}

/** Process-wide variable: the member whose check as primary passed last. */
const confirmed = "proc.primary";

/**
 * Conditions, one for each member; one is true if that member is the primary. The state "up" is not
 * enough: a server counts as up before its first check, after a start of HAProxy and when its name
 * gets an address. `init-state`, which changes that, needs HAProxy 3.1.
 */
const confirmedPrimary = (members: Endpoint[]): string[] =>
  members.map(
    ({ name }) =>
      `{ nbsrv(primary) eq 1 } { srv_is_up(primary/${name}) } { var(${confirmed}) -m str ${name} }`,
  );

function restApiSections({ restApiPort }: Settings["haproxy"], members: Endpoint[]): string[] {
  return [
    "frontend rest-api",
    `  bind :${restApiPort}`,
    // Any member answers reads. HAProxy cannot distinguish requests here, because they are
    // encrypted.
    "  use_backend any-member if { nbsrv(leader) eq 0 }",
    "  default_backend leader",
    "",
    // Passed through: the client verifies the certificate of the member itself.
    "backend leader",
    // A switchover is one request, which is answered at its end.
    "  timeout server 120s",
    ...members.map(
      ({ name, address }) => `  server ${name} ${address}:${ports.patroni} track primary/${name}`,
    ),
    "",
    "backend any-member",
    "  timeout server 120s",
    "  option httpchk GET /liveness",
    "  http-check expect status 200",
    ...members.map(
      ({ name, address }) =>
        `  server ${name} ${address}:${ports.patroni} check inter 5s verifyhost ${name}`,
    ),
    "",
  ];
}

function httpDefaults(): string[] {
  return [
    "defaults http",
    "  mode http",
    "  log global",
    "  option httplog",
    "  option dontlog-normal",
    "  timeout client 30s",
    "  timeout http-request 10s",
    "",
  ];
}

function statsSection({
  haproxy: { statsPort },
  password,
  generation,
  ...where
}: HaproxyModel): string[] {
  return [
    "userlist stats",
    `  user ${statsUser} insecure-password ${password}`,
    "",
    "frontend stats",
    `  bind :${statsPort} ssl crt ${paths.identityOf(paths.haproxyConfig)}`,
    // Ready: the members are checked, and one of them accepts writes.
    ...confirmedPrimary(where.members).map(
      (one) => `  http-request return status 200 if { path /healthz } ${one}`,
    ),
    "  http-request return status 503 if { path /healthz }",
    // Alive: a member on another host answers, so this host is not network-isolated. Its own member
    // does not prove that.
    ...elsewhere(where).flatMap(({ name }) =>
      ["primary", "standbys"].map(
        (role) =>
          `  http-request return status 200 if { path /livez } { srv_is_up(${role}/${name}) }`,
      ),
    ),
    "  http-request return status 503 if { path /livez }",
    // After a reload the old process answers until the new one takes over, and forever if that
    // fails.
    `  http-request return status 200 if { path ${generationPath}${generation} }`,
    `  http-request return status 404 if { path_beg ${generationPath} }`,
    "  http-request auth realm hapg unless { http_auth(stats) }",
    ...metricsRules(where),
    "  stats enable",
    // A planned switchover reports the leader from the same host, so no check has to fail three
    // times.
    "  stats admin if { src 127.0.0.1 }",
    "  stats uri /stats",
    "  stats refresh 10s",
    "",
  ];
}

const hasNames = (members: Endpoint[]) => members.some(({ address }) => isIP(address) === 0);

/** A member's name may not resolve yet, and may resolve to another address later. */
const resolving = (members: Endpoint[]) =>
  hasNames(members) ? " resolvers system init-addr last,libc,none" : "";

/** The members on other hosts. */
const elsewhere = ({ members, address }: Pick<HaproxyModel, "members" | "address">): Endpoint[] =>
  members.filter((member) => member.address !== address);
