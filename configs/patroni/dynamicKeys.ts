import { contextOf } from "../postgres/parameters";
import { nearest } from "../settings/nearest";
import { parameterProblem } from "../settings/parameterRules";
import type { Settings } from "../settings/schema";
import { dynamicConfig, type DynamicConfig } from "./dynamicConfig";

const parameters = "postgresql.parameters";

/** The setting of the stack file for each key, except PostgreSQL's parameters. */
const owners: Record<string, string> = {
  ttl: "patroni.ttlSeconds",
  loop_wait: "patroni.loopWaitSeconds",
  retry_timeout: "patroni.retryTimeoutSeconds",
  maximum_lag_on_failover: "patroni.maximumLagOnFailoverBytes",
  member_slots_ttl: "patroni.memberSlotsTtlSeconds",
  primary_start_timeout: "patroni.primaryStartTimeoutSeconds",
  primary_stop_timeout: "patroni.primaryStopTimeoutSeconds",
  synchronous_mode: "patroni.synchronousMode",
  synchronous_mode_strict: "patroni.synchronousModeStrict",
  synchronous_node_count: "patroni.synchronousNodeCount",
  failsafe_mode: "patroni.failsafeMode",
  "postgresql.use_pg_rewind": "postgres.usePgRewind",
  "postgresql.use_slots": "postgres.useSlots",
  "postgresql.remove_data_directory_on_rewind_failure": "postgres.removeDataOnDivergence",
  "postgresql.remove_data_directory_on_diverged_timelines": "postgres.removeDataOnDivergence",
  "postgresql.pg_hba": "postgres.hba",
  "postgresql.pg_ident": "postgres.ident",
  ignore_slots: "patroni.ignoreSlots",
};

/**
 * Keys that Patroni supports and the stack file does not (documentation, "Dynamic Configuration
 * Settings").
 */
const free = ["maximum_lag_on_syncnode", "max_timelines_history", "check_timeline", "slots"];

/**
 * Keys that have a separate command, or whose change would destroy the cluster in its current form.
 */
const reserved: Record<string, string> = {
  hapg: "it holds notes of this program",
  pause: "use `hapg pause` or `hapg resume`",
  standby_cluster: "it would make the whole cluster a standby of another one",
};

/** A change of one key. */
export interface KeyChange {
  key: string;
  /** null removes the key. */
  value: unknown;
}

/** The name of the PostgreSQL parameter that a key sets; undefined if it sets none. */
export const parameterIn = (key: string): string | undefined =>
  key.startsWith(`${parameters}.`) ? key.slice(parameters.length + 1) : undefined;

/**
 * Values of a dynamic configuration by key, in the notation of `patronictl edit-config`. Lists and
 * empty objects are values.
 */
export function byKey(config: DynamicConfig, prefix = ""): Map<string, unknown> {
  return new Map(
    Object.entries(config).flatMap(([name, value]): [string, unknown][] =>
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
        ? [...byKey(value as DynamicConfig, `${prefix}${name}.`)]
        : [[prefix + name, value]],
    ),
  );
}

/** The setting of the stack file for a key; undefined if there is none. */
export function ownerOf(key: string, settings: Settings): string | undefined {
  if (owners[key] !== undefined) return `hapg:${owners[key]}`;
  const [first, slot = ""] = key.split(".");
  if (first === "slots" && Object.hasOwn(settings.patroni.slots, slot)) {
    return `hapg:patroni.slots.${slot}`;
  }
  const name = parameterIn(key);
  return name !== undefined && ownedKeys(settings).includes(key)
    ? `hapg:postgres.parameters.${name}`
    : undefined;
}

/** Keys that the stack file owns. */
const ownedKeys = (settings: Settings): string[] => [
  // The networks only affect the content of pg_hba.
  ...byKey(dynamicConfig(settings, { clusterNetworks: [], clientNetworks: [] })).keys(),
];

/** Why a key that Patroni supports must not be changed by hand; undefined if it may be. */
export function keyRefusal(key: string, settings: Settings): string | undefined {
  const [first = ""] = key.split(".");
  if (reserved[first] !== undefined) return reserved[first];
  const owner = ownerOf(key, settings);
  if (owner !== undefined) return `the stack file owns it: change ${owner} and run \`up\``;
  const inside = ownedKeys(settings).find((one) => one.startsWith(`${key}.`));
  return inside === undefined
    ? undefined
    : `it contains ${inside}, which the stack file owns: name the keys inside it`;
}

/** What is wrong with a change of a permitted key; undefined if nothing. */
export function changeProblem(
  { key, value }: KeyChange,
  { postgres }: Settings,
): string | undefined {
  const name = parameterIn(key);
  if (name !== undefined) {
    if (value === null) return undefined;
    return typeof value === "object"
      ? "must be one value"
      : parameterProblem(name, value as string | number | boolean, postgres.version);
  }
  if (free.some((one) => key === one || key.startsWith(`${one}.`))) return undefined;
  const near = nearest(key, [...free, ...Object.keys(owners)]);
  const hint =
    near === undefined
      ? `known are ${free.join(", ")} and ${parameters}.NAME`
      : `did you mean ${near}?`;
  return `is not a key of Patroni's dynamic configuration; ${hint}`;
}

/** Whether a key takes effect only when PostgreSQL restarts. */
export function needsRestart(key: string, { postgres }: Settings): boolean {
  const name = parameterIn(key);
  return name !== undefined && contextOf(postgres.version, name) === "postmaster";
}
