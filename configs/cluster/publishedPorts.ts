import type { Settings } from "../settings/schema";
import { catalogue, kinds } from "./catalogue";
import { namesOf } from "./plan";

/** A port on the Engine's host and the setting that chooses it. */
export interface PublishedPort {
  port: number;
  setting: string;
}

/** Every port that a cluster publishes. */
export const publishedPorts = (settings: Settings): PublishedPort[] => [
  ...kinds
    .flatMap((kind) => catalogue[kind].ports(settings))
    .flatMap(({ port, setting }) => (setting === undefined ? [] : [{ port, setting }])),
  ...namesOf("patroni", settings).map((_, i) => ({
    port: settings.docker.memberPort + i,
    setting: "docker.memberPort",
  })),
];
