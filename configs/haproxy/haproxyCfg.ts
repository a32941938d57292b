import { isIP } from "node:net";
import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";

/** What haproxy.cfg is made of. */
export interface HaproxyModel {
  haproxy: Settings["haproxy"];
  /** Address of where it runs itself. */
  address: string;
  members: Endpoint[];
  /** Sessions that a member takes at most; more wait. */
  sessionsPerMember: number;
  tls: Pick<Settings["tls"], "minimumVersion">;
  /** Of the page and the metrics. */
  password: string;
  /** Names this content: the process that has read it answers on {@link generationPath}. */
  generation: string;
}

/** Path on the port of statistics that tells which content HAProxy runs with; the name of the content follows. */
export const generationPath = "/generation/";

/** User of the page and the metrics. */
export const statsUser = "stats";

/**
 * HAProxy's configuration: one port that leads to the primary, one to the standbys, one to the REST
 * API of the leader, or of any member while nobody leads, and one for the page of statistics, the
 * metrics and the readiness check. Who is what, Patroni's REST API says: a member that does not
 * answer as asked gets no sessions.
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
    // After a reload the old process keeps its sessions, but it checks no member any more.
    "  hard-stop-after 10m",
    `  ssl-default-bind-options ssl-min-ver TLSv${minimumVersion}`,
    `  ssl-default-server-options ssl-min-ver TLSv${minimumVersion}`,
    "",
  ];
}

/** Only for names: a host reached by address needs no resolver, and may have none. */
function resolverSection(members: Endpoint[]): string[] {
  if (!hasNames(members)) return [];
  return [
    "resolvers system",
    "  parse-resolv-conf",
    "  accepted_payload_size 8192",
    "  timeout resolve 1s",
    "  timeout retry 1s",
    "  hold valid 1s",
    // The last address stays until another is known: the checks say whether somebody is there.
    ...["nx", "other", "refused", "timeout"].map((status) => `  hold ${status} 1d`),
    "",
  ];
}

function postgresDefaults(
  haproxy: Settings["haproxy"],
  members: Endpoint[],
  sessionsPerMember: number,
): string[] {
  const idle = `${haproxy.clientTimeoutMinutes}m`;
  const interval = haproxy.checkIntervalMilliseconds;
  const sooner = fastInterval(haproxy);
  return [
    "defaults postgres",
    "  mode tcp",
    "  log global",
    "  option tcplog",
    "  option dontlog-normal",
    // Also how long HAProxy waits before it tries a member again that has refused a connection, up to a second.
    `  timeout connect ${haproxy.connectTimeoutMilliseconds}ms`,
    `  timeout client ${idle}`,
    `  timeout server ${idle}`,
    "  timeout client-fin 10s",
    "  timeout server-fin 10s",
    `  timeout queue ${haproxy.queueTimeoutSeconds}s`,
    "  timeout check 2s",
    "  retries 2",
    "  option redispatch 1",
    ...["cli", "srv"].flatMap((side) => [
      `  option ${side}tcpka`,
      `  ${side}tcpka-idle 10s`,
      `  ${side}tcpka-intvl 5s`,
      `  ${side}tcpka-cnt 3`,
    ]),
    `  default-server inter ${interval}ms fastinter ${sooner}ms downinter ${sooner}ms${resolving(members)}`,
    `  default-server fall ${haproxy.checkFall} rise ${haproxy.checkRise}`,
    `  default-server on-marked-down shutdown-sessions tcp-ut 25s maxconn ${sessionsPerMember}`,
    // The checks only: sessions are encrypted by their clients, or they are not.
    `  default-server check-ssl verify required ca-file ${paths.caOf(paths.haproxyConfig)}`,
    "",
  ];
}

function writeSections(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  return [
    "frontend write",
    `  bind :${haproxy.writePort} tcp-ut 25s`,
    // Two primaries cannot be. Either the members are not checked yet, after a start, or one of them
    // does not know yet that it was replaced: a refusal can be tried again, a lost write cannot.
    // A client waits a moment first: a reload is over by then, and so may be a switchover.
    `  tcp-request inspect-delay ${patience(haproxy)}ms`,
    ...confirmedPrimary(members).map((one) => `  tcp-request content accept if ${one}`),
    "  tcp-request content reject if WAIT_END",
    "  default_backend primary",
    "",
    "backend primary",
    // The status says who holds the leader key: Patroni has it before PostgreSQL leaves recovery.
    // The body says whether it has. It comes first, so that HAProxy reads the whole answer.
    "  option httpchk GET /primary",
    `  http-check expect rstring '"role": *"(primary|master)"'`,
    "  http-check expect status 200",
    `  http-check set-var(${confirmed}) srv_name`,
    ...members.map((member) => postgresServer(member)),
    "",
  ];
}

/** Variable of the whole process: the member whose check as primary was the last one to pass. */
const confirmed = "proc.primary";

/**
 * Conditions, one for each member, of which one holds if that member is the primary. To be up is not enough: a server
 * counts as up before its first check, after a start of HAProxy and once its name gets an address. `init-state`, which
 * changes that, exists since HAProxy 3.1 only.
 */
const confirmedPrimary = (members: Endpoint[]): string[] =>
  members.map(
    ({ name }) =>
      `{ nbsrv(primary) eq 1 } { srv_is_up(primary/${name}) } { var(${confirmed}) -m str ${name} }`,
  );

function readSections(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  const { readPort, readFrom, readBalance, maximumReadLagMegabytes } = haproxy;
  const path = readFrom === "all" ? "read-only" : "replica";
  return [
    "frontend read",
    `  bind :${readPort} tcp-ut 25s`,
    ...(readFrom === "all" ? [] : untilToldApart(haproxy, members)),
    // Sessions that went to the primary stay there until they end: to cut them when a standby comes
    // back would be a second interruption, for no other gain than load.
    "  use_backend primary if { nbsrv(standbys) eq 0 }",
    "  default_backend standbys",
    "",
    "backend standbys",
    `  balance ${readBalance}`,
    // When a standby comes or goes, the clients of the others keep theirs.
    ...(readBalance === "source" ? ["  hash-type consistent"] : []),
    // OPTIONS is answered with the status alone. HAProxy hangs up once it has that, and Patroni would
    // log an error for every answer that has a body.
    `  option httpchk OPTIONS /${path}?lag=${maximumReadLagMegabytes}MB`,
    "  http-check expect status 200",
    ...members.map((member) => postgresServer(member)),
    "",
  ];
}

/**
 * Nobody is primary and standby. A member that seems to be both is not checked yet, after a start, or has just been
 * promoted: a session that went to it as a standby would be cut a moment later.
 */
function untilToldApart(haproxy: Settings["haproxy"], members: Endpoint[]): string[] {
  const seemsBoth = "sess.seems_both";
  return [
    `  tcp-request inspect-delay ${patience(haproxy)}ms`,
    `  tcp-request content set-var(${seemsBoth}) bool(false)`,
    ...members.map(
      ({ name }) =>
        `  tcp-request content set-var(${seemsBoth}) bool(true) if { srv_is_up(primary/${name}) } { srv_is_up(standbys/${name}) }`,
    ),
    `  tcp-request content accept unless { var(${seemsBoth}) -m bool }`,
    "  tcp-request content accept if WAIT_END",
  ];
}

/** How long a new session waits for checks, in milliseconds: after a start, all are made once within the fast interval. */
const patience = (haproxy: Settings["haproxy"]) => Math.min(3000, fastInterval(haproxy) + 250);

function restApiSections({ restApiPort }: Settings["haproxy"], members: Endpoint[]): string[] {
  return [
    "frontend rest-api",
    `  bind :${restApiPort}`,
    // Any member answers reads. Which requests these are cannot be seen here: they are encrypted.
    "  use_backend any-member if { nbsrv(leader) eq 0 }",
    "  default_backend leader",
    "",
    // As it comes: the client checks the certificate of the member itself.
    "backend leader",
    // A switchover is one request, answered when it is done.
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
    // Ready: the members are checked, and one of them takes writes.
    ...confirmedPrimary(where.members).map(
      (one) => `  http-request return status 200 if { path /healthz } ${one}`,
    ),
    "  http-request return status 503 if { path /healthz }",
    // Alive: a member elsewhere answers, so it is not this host that is cut off. Its own one says nothing of that.
    ...elsewhere(where).flatMap(({ name }) =>
      ["primary", "standbys"].map(
        (role) =>
          `  http-request return status 200 if { path /livez } { srv_is_up(${role}/${name}) }`,
      ),
    ),
    "  http-request return status 503 if { path /livez }",
    // After a reload the old process answers until the new one takes over, and for ever if that fails.
    `  http-request return status 200 if { path ${generationPath}${generation} }`,
    `  http-request return status 404 if { path_beg ${generationPath} }`,
    "  http-request auth realm hapg unless { http_auth(stats) }",
    "  http-request use-service prometheus-exporter if { path /metrics }",
    "  stats enable",
    // A planned switchover tells it who leads, from where it runs itself: no check has to fail three times.
    "  stats admin if { src 127.0.0.1 }",
    "  stats uri /stats",
    "  stats refresh 10s",
    "",
  ];
}

/**
 * Between checks of a member that is out, or about to be: in milliseconds. For up to half a second Patroni's REST API
 * is not there when it takes over another certificate: no reason to cut sessions.
 */
const fastInterval = ({ checkIntervalMilliseconds }: Settings["haproxy"]) =>
  Math.max(100, Math.round(checkIntervalMilliseconds / 3));

/** Its certificate is checked by the member's name, which is in it wherever the member is. */
const postgresServer = ({ name, address }: Endpoint) =>
  `  server ${name} ${address}:${ports.postgres} check port ${ports.patroni} verifyhost ${name}`;

const hasNames = (members: Endpoint[]) => members.some(({ address }) => isIP(address) === 0);

/** A member's name may not resolve yet, and may lead to another address later. */
const resolving = (members: Endpoint[]) =>
  hasNames(members) ? " resolvers system init-addr last,libc,none" : "";

/** The members that run elsewhere. */
const elsewhere = ({ members, address }: Pick<HaproxyModel, "members" | "address">): Endpoint[] =>
  members.filter((member) => member.address !== address);
