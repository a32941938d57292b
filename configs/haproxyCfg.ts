import { type Endpoint, ports } from "./topology";
import type { Settings } from "./settings/schema";

/** What haproxy.cfg is made of. */
export interface HaproxyModel {
  haproxy: Settings["haproxy"];
  members: Endpoint[];
}
export function renderHaproxyCfg({ haproxy, members }: HaproxyModel): string {
  const server = (more: string) => members.map(({ name, address }) => `  server ${name} ${address}:${ports.postgres} check port ${ports.patroni}${more}`);
  return [
    "global", `  maxconn ${haproxy.maxConnections}`, "  log stdout format raw local0", "",
    "resolvers system", "  parse-resolv-conf", "  hold valid 1s", "",
    "defaults", "  mode tcp", "  timeout connect 3s", "  timeout client 24h", "  timeout server 24h", "  timeout check 2s",
    `  default-server inter ${haproxy.checkIntervalMilliseconds} fall ${haproxy.checkFall} rise ${haproxy.checkRise} resolvers system init-addr last,libc,none on-marked-down shutdown-sessions`, "",
    "frontend write", `  bind *:${haproxy.writePort}`, "  default_backend primary",
    "frontend read", `  bind *:${haproxy.readPort}`, "  use_backend primary if { nbsrv(standbys) eq 0 }", "  default_backend standbys",
    "backend primary", "  option httpchk GET /primary", ...server(""),
    "backend standbys", "  balance leastconn", `  option httpchk GET /replica?lag=${haproxy.maximumReadLagMegabytes}MB`, ...server(""),
    "frontend stats", "  mode http", `  bind *:${haproxy.statsPort}`, "  http-request use-service prometheus-exporter if { path /metrics }", "  monitor-uri /healthz", "  stats enable", "  stats uri /stats",
    "frontend rest", "  mode http", `  bind *:${haproxy.restApiPort}`, "  default_backend rest",
    "backend rest", "  mode http", "  option httpchk GET /leader", ...members.map(({ name, address }) => `  server ${name} ${address}:${ports.patroni} check`), "",
  ].join("\n");
}
