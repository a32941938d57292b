import { parseSettings, SettingsError } from "./parse";
import type { Settings } from "./schema";

/**
 * The settings in a stack's configuration: every key of the project's own namespace.
 * @param config values by full key (`hapg:postgres`), structured ones as JSON
 * @throws {SettingsError} with all problems at once, and the name of the stack file
 */
export function settingsFromConfig(
  project: string,
  stack: string,
  config: Record<string, string>,
): Settings {
  const input: Record<string, unknown> = { clusterName: `${project}-${stack}` };
  for (const [fullKey, text] of Object.entries(config)) {
    const at = fullKey.indexOf(":");
    if (fullKey.slice(0, at) === project) input[fullKey.slice(at + 1)] = parseValue(text);
  }
  try {
    return parseSettings(input);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(error.problems, `Pulumi.${stack}.yaml: `);
  }
}

/** Structured values are JSON and plain ones are text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
