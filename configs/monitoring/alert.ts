import type { PlannedService } from "../cluster/plan";
import { planOf } from "../cluster/plan";
import type { Kind } from "../cluster/catalogue";
import type { Settings } from "../settings/schema";

/** `critical`: clients are or may be without the primary, so somebody must act at once. */
export type Severity = "critical" | "warning";

/** An alert of a cluster. */
export interface Alert {
  name: string;
  severity: Severity;
  /** How long the expression must have a result. */
  forSeconds: number;
  /** PromQL; each series of its result is one alert, with the series' labels. */
  expression: string;
  /** One line. It may contain `{{ $labels.NAME }}` of the result, and nothing else of templates. */
  summary: string;
  /** What that means, and what it leads to. */
  description: string;
  /** Page and section below `docs/how-to/` that describe what to do. */
  runbook: `${"runbook" | "monitoring"}.md#${string}`;
}

/** Alerts on one subject. @param cluster whose metrics they read */
export type AlertGroup = (cluster: WatchedCluster) => Alert[];

/** The kinds of services that are scraped. */
export type ScrapedKind = Extract<
  Kind,
  | "patroni"
  | "etcd"
  | "haproxy"
  | "postgresexporter"
  | "pgbouncerexporter"
  | "nodeexporter"
  | "repository"
  | "probe"
>;

/** A cluster, as the rules see it. */
export class WatchedCluster {
  constructor(readonly settings: Settings) {}

  /** The services of a kind, but for those on hosts that are away. */
  services(kind: ScrapedKind): PlannedService[] {
    return planOf(this.settings).filter((one) => one.kind === kind && !one.isAway);
  }

  /** Name of the scrape job of a kind. It is unique among several clusters. */
  job(kind: ScrapedKind): string {
    return `${this.settings.clusterName}-${kind}`;
  }

  /** A selector of this cluster's series. @param more matchers, such as `proxy="primary"` */
  series(metric: string, ...more: string[]): string {
    return `${metric}{${[`cluster="${this.settings.clusterName}"`, ...more].join(",")}}`;
  }

  /**
   * A metric of each service. With several HAProxies, each passes on the metrics of all members: the
   * highest value is that of any.
   */
  each(metric: string, ...more: string[]): string {
    return `max by (service) (${this.series(metric, ...more)})`;
  }

  /** Whether each service of a kind answered the last scrape, 1 or 0. */
  answers(kind: ScrapedKind): string {
    return this.each("up", `job="${this.job(kind)}"`);
  }

  /**
   * A condition for alerts on what HAProxy passes on: without any HAProxy, nothing is known about
   * members, and one alert says so.
   */
  get isSeen(): string {
    return `and on () max(${this.answers("haproxy")}) == 1`;
  }

  /** How many services of a kind have a result; 0 also without any series. */
  count(expression: string): string {
    return `(count(${expression}) or vector(0))`;
  }

  /** How often metrics are read, in seconds. */
  get interval(): number {
    return this.settings.monitoring.scrapeIntervalSeconds;
  }
}
