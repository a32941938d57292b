import type { Settings } from "./settings/schema";
import { serviceNames } from "./topology";

/** A port on the Engine's host and the setting that chooses it. */
export interface PublishedPort {
  port: number;
  setting: string;
}

/** Every port that a cluster publishes. */
export function publishedPorts({
  haproxy,
  pgbouncer,
  postgres,
  docker,
}: Settings): PublishedPort[] {
  return [
    { port: haproxy.writePort, setting: "haproxy.writePort" },
    { port: haproxy.readPort, setting: "haproxy.readPort" },
    { port: haproxy.statsPort, setting: "haproxy.statsPort" },
    { port: haproxy.restApiPort, setting: "haproxy.restApiPort" },
    { port: pgbouncer.port, setting: "pgbouncer.port" },
    ...serviceNames("patroni", postgres.members).map((_, i) => ({
      port: docker.memberPort + i,
      setting: "docker.memberPort",
    })),
  ];
}
