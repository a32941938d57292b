import * as pulumi from "@pulumi/pulumi";
import { parseSettings, SettingsError } from "../configs/settings/parse";
import type { Settings } from "../configs/settings/schema";

/** The running stack as `organization/project/stack`. */
export const stackIdentity = () =>
  `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

/**
 * The settings in the stack file: every key of the project's own namespace.
 * @throws {pulumi.RunError} with all problems at once; the engine prints it without a stack trace.
 */
export function stackSettings(): Settings {
  const project = pulumi.getProject();
  const input: Record<string, unknown> = { clusterName: `${project}-${pulumi.getStack()}` };
  for (const [fullKey, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, key] = splitOnce(fullKey, ":");
    if (namespace === project) input[key] = parseValue(text);
  }
  try {
    return parseSettings(input);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new pulumi.RunError(`Pulumi.${pulumi.getStack()}.yaml: ${error.message}`);
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The engine hands structured values over as JSON and plain ones as text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
