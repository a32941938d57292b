import type { z } from "zod";
import { fittingPoolSize } from "../pgbouncer/poolSize";
import { nearest } from "./nearest";
import type { Problem } from "./problem";
import { crossRules } from "./rules";
import { type Settings, settingsSchema } from "./schema";
import { allowedAt, knownKeys } from "./schemaLookup";

/** Invalid settings. The message lists every problem with its path and the remedy. */
export class SettingsError extends Error {
  /** @param file the beginning of the message */
  constructor(
    readonly problems: Problem[],
    file = "",
  ) {
    super(
      [
        `${file}The settings have ` +
          `${problems.length === 1 ? "a problem" : `${problems.length} problems`}; nothing ` +
          "was changed.",
        ...problems.map(({ path, message }) =>
          path === "" ? `  ${message}` : `  ${path}: ${message}`,
        ),
      ].join("\n"),
    );
    this.name = "SettingsError";
  }
}

/**
 * Fills in defaults and checks every rule.
 * @throws {SettingsError} with all problems at once.
 */
export function parseSettings(input: unknown): Settings {
  const { data, error } = settingsSchema.safeParse(input);
  if (data === undefined)
    throw new SettingsError(error.issues.flatMap((issue) => describe(issue, input)));
  const settings = valueAt(input, poolSize) === undefined ? withFittingPools(data) : data;
  const problems = crossRules(settings);
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

const poolSize = ["pgbouncer", "poolSize"];

const withFittingPools = (settings: Settings): Settings => ({
  ...settings,
  pgbouncer: { ...settings.pgbouncer, poolSize: fittingPoolSize(settings) },
});

function describe(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const keys = issue.path.map(String);
  const path = keys.join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(keys, key));
    case "invalid_key":
      return issue.issues.map((inner) => ({ path, message: inner.message }));
    case "invalid_type":
    case "invalid_union":
    case "invalid_value":
    case "too_big":
    case "too_small": {
      const allowed = allowedAt(keys);
      if (allowed === undefined) return [{ path, message: issue.message }];
      return [{ path, message: `must be ${allowed}, got ${shown(valueAt(input, keys))}` }];
    }
    default:
      return [{ path, message: issue.message }];
  }
}

function valueAt(input: unknown, keys: string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    input,
  );
}

/** A short form of a value for messages. */
function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function unknownKey(path: string[], key: string): Problem {
  const known = knownKeys(path);
  const near = nearest(key, known);
  const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
  return { path: [...path, key].join("."), message: `is not a setting; ${hint}` };
}
