import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";
import type { Endpoint } from "../cluster/topology";

/** Path of HAProxy's own metrics. */
export const metricsPath = "/metrics";

/** Path at which HAProxy passes on the metrics of a member of PostgreSQL or etcd, or an exporter. */
export const metricsPathOf = (service: string): string => `${metricsPath}/${service}`;

/** The services whose metrics HAProxy passes on. */
export interface Measured {
  members: Endpoint[];
  etcd: Endpoint[];
  /** Those of the exporters. @default none */
  exporters?: (Endpoint & { port: number })[];
}

const backendOf = ({ name }: Endpoint) => `metrics-${name}`;

/** Rules of the frontend with the metrics, after its login. */
export const metricsRules = ({ members, etcd, exporters = [] }: Measured): string[] => [
  `  http-request use-service prometheus-exporter if { path ${metricsPath} }`,
  ...[...members, ...etcd, ...exporters].map(
    (one) => `  use_backend ${backendOf(one)} if { path ${metricsPathOf(one.name)} }`,
  ),
];

/**
 * The backends with the metrics of members, which strangers cannot reach themselves: on Docker their
 * ports are not published, on hosts a firewall may close them, and etcd wants a certificate.
 * @param resolving words of a server whose address is a name
 */
export const metricsBackends = (
  { members, etcd, exporters = [] }: Measured,
  resolving: string,
): string[] => [
  "defaults metrics",
  "  mode http",
  "  timeout connect 1s",
  "  timeout server 10s",
  // The next scrape is the next attempt.
  "  retries 0",
  `  default-server ssl crt ${paths.identityOf(paths.haproxyConfig)} verify required ` +
    `ca-file ${paths.caOf(paths.haproxyConfig)}${resolving}`,
  "",
  // A backend for each: one with several servers would answer for a member that is down with the
  // metrics of another.
  ...members.flatMap((one) => backend(one, ports.patroni)),
  ...etcd.flatMap((one) => backend(one, ports.etcdClient)),
  ...exporters.flatMap((one) => backend(one, one.port)),
];

const backend = (one: Endpoint, port: number): string[] => [
  `backend ${backendOf(one)}`,
  `  http-request set-path ${metricsPath}`,
  // The login is that of HAProxy.
  "  http-request del-header Authorization",
  `  server ${one.name} ${one.address}:${port} verifyhost ${one.name}`,
  "",
];
