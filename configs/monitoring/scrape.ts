import { stringify } from "yaml";
import { metricsPath, metricsPathOf } from "../haproxy/metrics";
import { statsUser } from "../haproxy/haproxyCfg";
import { besideName, type PlannedService } from "../cluster/plan";
import type { Settings } from "../settings/schema";
import { type ScrapedKind, WatchedCluster } from "./alert";

/** The kinds of services that have metrics only if the stack file asks for them. */
const exporters = [
  "postgresexporter",
  "pgbouncerexporter",
  "nodeexporter",
  "probe",
  "repository",
] as const;

/** Names of the files beside the scrape configuration, which refers to them. */
export const filesOf = ({ clusterName }: Settings) => ({
  scrape: `${clusterName}.scrape.yml`,
  rules: `${clusterName}.rules.yml`,
  ca: `${clusterName}.ca.pem`,
  password: `${clusterName}.password`,
});

/** An HAProxy, or the address of all of them, from outside the cluster. */
interface Route {
  name: string;
  host: string;
}

/** The HAProxies, each at its own address. */
const haproxies = (cluster: WatchedCluster): Route[] =>
  cluster.services("haproxy").map(({ name, ...service }) => ({
    name,
    host: clientHost(service, cluster.settings),
  }));

const clientHost = ({ address }: Pick<PlannedService, "address">, settings: Settings): string => {
  const { platform, docker } = settings;
  return platform === "vm" ? address : (docker.advertiseAddress ?? docker.publishAddress);
};

/**
 * The routes to members. A virtual address is always on a working HAProxy; without one, each HAProxy
 * is a route, so that one that is down hides nothing.
 */
function routesOf(cluster: WatchedCluster): Route[] {
  const { virtualAddress } = cluster.settings.keepalived;
  return virtualAddress === undefined
    ? haproxies(cluster)
    : [{ name: "virtual-address", host: virtualAddress }];
}

/** A target with its labels. `__metrics_path__` is its path, if that is not the job's. */
const target = (cluster: WatchedCluster, { host }: Route, labels: Record<string, string>) => ({
  targets: [`${host}:${cluster.settings.haproxy.statsPort}`],
  labels: { cluster: cluster.settings.clusterName, ...labels },
});

const throughRoutes = (cluster: WatchedCluster, kind: ScrapedKind) =>
  cluster.services(kind).flatMap(({ name, host }) => {
    const service = subjectOf(name);
    return routesOf(cluster).map((route) =>
      target(cluster, route, {
        __metrics_path__: metricsPathOf(name),
        service,
        instance: service,
        route: route.name,
        ...(kind === "nodeexporter" && host !== undefined ? { host } : {}),
      }),
    );
  });

/** The service whose metrics one has: its own, or those of the service beside it. */
const subjectOf = (name: string): string => besideName(name) ?? name;

/**
 * The scrape configuration of a cluster, as a file that `scrape_config_files` of Prometheus names.
 * Paths in it are relative to the file.
 */
export function renderScrape(settings: Settings): string {
  const cluster = new WatchedCluster(settings);
  const files = filesOf(settings);
  const job = (kind: ScrapedKind, targets: object[]) => ({
    job_name: cluster.job(kind),
    scrape_interval: `${cluster.interval}s`,
    scrape_timeout: `${Math.min(cluster.interval, 5)}s`,
    scheme: "https",
    metrics_path: metricsPath,
    basic_auth: { username: statsUser, password_file: files.password },
    tls_config: { ca_file: files.ca },
    static_configs: targets,
  });
  const own = haproxies(cluster).map((one) =>
    target(cluster, one, { service: one.name, instance: one.name }),
  );
  return stringify(
    {
      scrape_configs: [
        job("haproxy", own),
        job("patroni", throughRoutes(cluster, "patroni")),
        job("etcd", throughRoutes(cluster, "etcd")),
        ...exporters.flatMap((kind) => {
          const targets = throughRoutes(cluster, kind);
          const isSilent = kind === "repository" && !settings.monitoring.exporters;
          return targets.length === 0 || isSilent ? [] : [job(kind, targets)];
        }),
      ],
    },
    { lineWidth: 0 },
  );
}
