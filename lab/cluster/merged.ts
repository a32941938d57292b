import type { StackSettings } from "./testEnvironment";

const isGroup = (value: unknown): value is StackSettings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Settings with changes: a group keeps settings that the changes do not contain. */
export function merged(settings: StackSettings, changes: StackSettings): StackSettings {
  const all = { ...settings };
  for (const [key, value] of Object.entries(changes)) {
    const before = all[key];
    all[key] = isGroup(before) && isGroup(value) ? merged(before, value) : value;
  }
  return all;
}
