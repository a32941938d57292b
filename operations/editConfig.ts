import { isDeepStrictEqual } from "node:util";
import {
  byKey,
  type KeyChange,
  needsRestart,
  ownerOf,
  parameterIn,
} from "../configs/patroni/dynamicKeys";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { lookAtPart, type Look } from "./look/look";
import { onMember } from "./memberSql";
import { patronictl } from "./patronictl";

/** A key of Patroni's dynamic configuration. */
export interface DynamicKey {
  key: string;
  value: unknown;
  /** The setting of the stack file that owns it; null if there is none. */
  setting: string | null;
}

/**
 * The keys of the dynamic configuration with their values, without this program's own records.
 * @throws {Error} if no member answers
 */
export const dynamicKeys = (look: Pick<Look, "members">, settings: Settings): DynamicKey[] =>
  [...byKey(configIn(look))]
    .filter(([key]) => !key.startsWith("hapg."))
    .map(([key, value]) => ({ key, value, setting: ownerOf(key, settings) ?? null }));

function configIn({ members }: Pick<Look, "members">): Record<string, unknown> {
  const config = members.find(({ facts }) => facts?.config.value !== undefined)?.facts?.config
    .value;
  if (config === undefined) throw new Error("Patroni does not answer on any member.");
  return config;
}

/** The changes, one line each: the value before and after. Empty if all values are already set. */
export function differences(look: Look, changes: KeyChange[]): string[] {
  const config = configIn(look);
  const shown = (value: unknown) => (value === undefined ? "unset" : JSON.stringify(value));
  return changes.flatMap(({ key, value }) => {
    const before = valueAt(config, key);
    const after = value ?? undefined;
    return isDeepStrictEqual(before, after) ? [] : [`${key}: ${shown(before)} -> ${shown(after)}`];
  });
}

function valueAt(config: Record<string, unknown>, key: string): unknown {
  const name = parameterIn(key);
  const path = name === undefined ? key.split(".") : ["postgresql", "parameters", name];
  return path.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    config,
  );
}

/**
 * Changes keys in etcd, all at once. It needs no primary.
 * @throws {Error} if the configuration changes concurrently, or no member answers
 */
export const changeKeys = (
  reach: Reach,
  look: Look,
  { clusterName }: Settings,
  changes: KeyChange[],
): Promise<string> =>
  patronictl(
    ...([reach, look, "edit-config", "--force", "--quiet"] as const),
    // Every YAML parser reads JSON in the same way.
    ...changes.flatMap(({ key, value }) => ["--set", `${key}=${JSON.stringify(value)}`]),
    clusterName,
  );

/**
 * Values that are not in effect yet: a member's Patroni has another value, or its PostgreSQL has
 * not loaded it. Values that need a restart count as in effect once Patroni has them. Members that
 * do not answer are left out.
 */
export async function notInEffect(
  settings: Settings,
  reach: Reach,
  changes: KeyChange[],
): Promise<string[]> {
  const members = await lookAtPart("members", settings, reach);
  const all = await Promise.all(
    members.flatMap(({ name, facts }) => {
      const config = facts?.config.value;
      if (config === undefined) return [];
      return changes.map(async (change) => {
        const { key, value } = change;
        if (!isDeepStrictEqual(valueAt(config, key), value ?? undefined))
          return [`${name}: Patroni does not have ${key} yet`];
        if (facts?.database.value === undefined || (await isRead(settings, reach, name, change)))
          return [];
        return [`${name}: PostgreSQL does not use ${key} yet`];
      });
    }),
  );
  return all.flat();
}

/**
 * Whether PostgreSQL has reloaded its files since they were written, and the value is the last one
 * in them.
 */
async function isRead(
  settings: Settings,
  reach: Reach,
  member: string,
  { key, value }: KeyChange,
): Promise<boolean> {
  const name = parameterIn(key);
  if (name === undefined || needsRestart(key, settings)) return true;
  const [isLoaded, setting = ""] = (
    await onMember(
      ...([reach, member] as const),
      `SELECT pg_conf_load_time() >= (pg_stat_file(current_setting('config_file'))).modification;
       SELECT setting FROM pg_file_settings WHERE lower(name) = lower('${name}')
       ORDER BY seqno DESC LIMIT 1`,
    )
  ).split("\n");
  // A removed parameter gets its value from another source.
  const isSame = value === null || setting.toLowerCase() === textOf(value).toLowerCase();
  return isLoaded === "t" && isSame;
}

/** A parameter's value as Patroni writes it into postgresql.conf. */
const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);
