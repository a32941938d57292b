import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../settings/problem";
import type { Settings } from "../settings/schema";

/** Values that are fixed at the founding of a cluster, by setting. */
export type Founding = Record<string, string | number | boolean>;

/**
 * The values with which a cluster of these settings is founded. The dynamic configuration records
 * them.
 */
export function foundingOf({ postgres, patroni }: Settings): Founding {
  const { initdb, version } = postgres;
  const founding: Founding = { version, encrypted: true, namespace: patroni.namespace };
  for (const [option, value] of Object.entries(initdb)) {
    if (value !== undefined) founding[`initdb_${option}`] = value;
  }
  return founding;
}

/**
 * Changed settings that a running cluster cannot adopt.
 * @param noted the recorded values of the founding
 */
export function foundingProblems(settings: Settings, noted: Founding): Problem[] {
  const wanted = foundingOf(settings);
  // Clusters of earlier versions have no record.
  if (noted.namespace === undefined) delete wanted.namespace;
  const names = [...new Set([...Object.keys(noted), ...Object.keys(wanted)])];
  return names
    .filter((name) => !isDeepStrictEqual(noted[name], wanted[name]))
    .map((name) => (name === "encrypted" ? unencrypted : otherwiseFounded(name, noted, wanted)));
}

/** Members of etcd with and without TLS could not communicate during such a change. */
const unencrypted: Problem = {
  path: "",
  message:
    "The cluster was founded without encryption between its members, which cannot be turned " +
    "on while it runs; create a new cluster under another clusterName and move the data with " +
    "dump and restore",
};

const otherwiseFounded = (name: string, noted: Founding, wanted: Founding): Problem => ({
  path: name === "namespace" ? "patroni.namespace" : `postgres.${name.replace("_", ".")}`,
  message:
    `the cluster was founded with ${shown(noted[name])} and cannot change to ${shown(wanted[name])}; ` +
    "keep it, or create a new cluster under another clusterName and move the data with dump " +
    "and restore",
});

const shown = (value: unknown) => (value === undefined ? "none" : JSON.stringify(value));
