import { z } from "zod";
import { settingsSchema } from "./schema";

/** The parts of JSON Schema that the settings use. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
}

/** The settings' schema as JSON Schema. */
export const jsonSchema = () => z.toJSONSchema(settingsSchema, { io: "input" }) as JsonSchema;

/** The known settings below a path. */
export const knownKeys = (path: string[]): string[] =>
  Object.keys(schemaAt(path)?.properties ?? {});

/**
 * What is allowed at a path, in words that follow "must be"; undefined if the path is not known.
 */
export function allowedAt(path: string[]): string | undefined {
  const schema = schemaAt(path);
  return schema === undefined ? undefined : allowed(schema);
}

/** What a schema allows, in words that follow "must be". */
export function allowed(schema: JsonSchema): string | undefined {
  const { type, minimum, maximum } = schema;
  const options = schema.enum ?? schema.anyOf?.map((option) => option.const ?? option.type);
  if (options !== undefined) return `one of ${alternatives(options.map(String))}`;
  if (type === "number") return `a number ${range(minimum, maximum)}`;
  if (type === "integer") return `a whole number ${range(minimum, maximum)}`;
  const names: Record<string, string> = {
    string: "text",
    boolean: "true or false",
    array: "a list",
    object: "a map",
  };
  return names[type ?? ""];
}

/** `1, 3 or 5`. */
const alternatives = (words: string[]) =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;

/** `from 1 to 9`, or `of 0 or more` if the upper bound is only the largest number. */
function range(minimum = 0, maximum = Number.MAX_SAFE_INTEGER): string {
  return maximum === Number.MAX_SAFE_INTEGER
    ? `of ${minimum} or more`
    : `from ${minimum} to ${maximum}`;
}

/** The part of the schema at a path, if the path is known. */
function schemaAt(path: string[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = jsonSchema();
  for (const key of path) {
    const rest: JsonSchema | boolean | undefined = schema.additionalProperties;
    schema =
      schema.properties?.[key] ?? schema.items ?? (typeof rest === "object" ? rest : undefined);
    if (schema === undefined) return undefined;
  }
  return schema;
}
