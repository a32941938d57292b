import { isDeepStrictEqual } from "node:util";
import type { DynamicConfig } from "./dynamicConfig";

/** The key in which `cluster.py` records the parameters that the stack file has set. */
const note = "hapg";

/**
 * How a running cluster's dynamic configuration differs from the wanted one, in words; undefined if
 * it does not. Keys that the stack file does not own are ignored.
 */
export function dynamicDifference(
  wanted: DynamicConfig,
  running: DynamicConfig,
): string | undefined {
  const now = new Map(leaves(running));
  const differing = leaves(wanted).flatMap(([path, value]) =>
    isDeepStrictEqual(now.get(path), value)
      ? []
      : [`${path} is ${shown(now.get(path))}, not ${shown(value)}`],
  );
  const left = ownedParameters(running).filter(
    (name) =>
      now.has(`postgresql.parameters.${name}`) &&
      !leaves(wanted).some(([path]) => path === `postgresql.parameters.${name}`),
  );
  const { former } = (running[note] ?? {}) as { former?: unknown };
  const unproven = former === undefined ? [] : ["the last change was interrupted"];
  const all = [
    ...differing,
    ...unproven,
    ...left.map((name) => `postgresql.parameters.${name} is still set`),
    ...optionalKeys(running)
      .filter((path) => now.has(path) && !leaves(wanted).some(([one]) => one === path))
      .map((path) => `${path} is still set`),
  ];
  return all.length === 0 ? undefined : all.join("; ");
}

const shown = (value: unknown) => (value === undefined ? "unset" : JSON.stringify(value));

function ownedParameters(running: DynamicConfig): string[] {
  const { parameters = [] } = (running[note] ?? {}) as { parameters?: string[] };
  return parameters;
}

/** Slots, by path, that the stack file has set. */
function optionalKeys(running: DynamicConfig): string[] {
  const { optional = [] } = (running[note] ?? {}) as { optional?: string[][] };
  return optional.map((path) => path.join("."));
}

/** A configuration's values by path; lists are values, and so is a whole slot. */
function leaves(config: DynamicConfig, prefix = ""): [string, unknown][] {
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value) && prefix !== "slots."
      ? leaves(value as DynamicConfig, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value]],
  );
}
