import fc from "fast-check";
import { SettingsError } from "../../configs/settings/parse";
import type { Settings, SettingsInput } from "../../configs/settings/schema";
import { type JsonSchema, jsonSchema } from "../../configs/settings/schemaLookup";
import { settingsOf } from "./models";

/**
 * Valid settings, made from the schema itself: numbers within their bounds and often at them, any
 * choice, present or left out. Texts, lists and maps by name are left out: no schema says what they
 * may hold.
 * @param areas keys of the stack file to fill in
 * @param count how many; the same ones in each run
 */
export function anySettings(areas: (keyof SettingsInput)[], count: number): Settings[] {
  const { properties = {} } = jsonSchema();
  const input = fc.record(
    Object.fromEntries(areas.map((area) => [area, valuesOf(properties[area] ?? {})])),
  );
  const found: Settings[] = [];
  for (const values of fc.sample(input, { numRuns: 40 * count, seed: 1 })) {
    const settings = accepted(values);
    if (settings !== undefined) found.push(settings);
    if (found.length === count) return found;
  }
  throw new Error(`only ${found.length} of ${count} settings are valid`);
}

function valuesOf({
  type,
  enum: choices,
  minimum,
  maximum,
  properties,
}: JsonSchema): fc.Arbitrary<unknown> {
  if (choices !== undefined) return fc.constantFrom(...choices);
  if (type === "boolean") return fc.boolean();
  if (type === "integer") return fc.integer({ min: minimum ?? 0, max: maximum ?? 1_000_000_000 });
  const parts = Object.entries(properties ?? {})
    .filter(([, schema]) => isKnown(schema))
    .map(([name, schema]) => [name, now(valuesOf(schema))] as const);
  return fc.record(Object.fromEntries(parts));
}

/** A third of the time: most of what is chosen at random breaks one rule or another. */
const now = (values: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });

const isKnown = ({ type, enum: choices, properties = {} }: JsonSchema): boolean =>
  choices !== undefined ||
  ["boolean", "integer"].includes(type ?? "") ||
  Object.values(properties).some(isKnown);

/** Rules between settings are not in the schema. */
function accepted(input: Partial<SettingsInput>): Settings | undefined {
  try {
    return settingsOf(input);
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}
