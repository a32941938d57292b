import { z } from "zod";
import { crossRules, type Problem } from "./rules";
import { type Settings, settingsSchema } from "./schema";

/** Settings that are not valid. The message lists every problem with its path and the remedy. */
export class SettingsError extends Error {
  constructor(readonly problems: Problem[]) {
    super(
      [
        `The settings have ${problems.length === 1 ? "a problem" : `${problems.length} problems`}; nothing was changed.`,
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
  const result = settingsSchema.safeParse(input);
  const problems = result.success ? crossRules(result.data) : result.error.issues.flatMap(describe);
  if (result.success && problems.length === 0) return result.data;
  throw new SettingsError(problems);
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map(String).join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(issue.path.map(String), key));
    case "invalid_key":
      return issue.issues.map((inner) => ({ path, message: inner.message }));
    case "invalid_union":
    case "invalid_value":
      return [{ path, message: allowed(issue.path.map(String)) ?? issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

function unknownKey(path: string[], key: string): Problem {
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  const near = nearest(key, known);
  const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
  return { path: [...path, key].join("."), message: `is not a setting; ${hint}` };
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
}

/** The part of the schema that a path leads to, if the path is known. */
function schemaAt(path: string[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = z.toJSONSchema(settingsSchema, {
    io: "input",
  }) as JsonSchema;
  for (const key of path) {
    const rest: JsonSchema | boolean | undefined = schema.additionalProperties;
    schema = schema.properties?.[key] ?? (typeof rest === "object" ? rest : undefined);
    if (schema === undefined) return undefined;
  }
  return schema;
}

function allowed(path: string[]): string | undefined {
  const schema = schemaAt(path);
  const values = schema?.enum ?? schema?.anyOf?.map((option) => option.const);
  if (values === undefined || values.includes(undefined)) return undefined;
  return `must be one of ${values.map(String).join(", ")}`;
}

/** The candidate that a typo most likely meant: at most a third of its letters away. */
export function nearest(word: string, candidates: string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, word.length / 3)
    ? best.candidate
    : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
