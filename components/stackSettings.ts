import * as pulumi from "@pulumi/pulumi";
import { defaultDatabaseOf } from "../configs/access/model";
import { settingsFromConfig } from "../configs/settings/fromConfig";
import { SettingsError } from "../configs/settings/parse";
import type { Settings } from "../configs/settings/schema";

/**
 * The settings in the stack file.
 * @throws {pulumi.RunError} with all problems at once; the engine prints it without a stack trace.
 */
export function stackSettings(): Settings {
  try {
    const config = pulumi.runtime.allConfig();
    const settings = settingsFromConfig(pulumi.getProject(), pulumi.getStack(), config);
    requireDefaultDatabase(settings);
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new pulumi.RunError(error.message);
  }
}

/**
 * A stack's outputs describe one database, and a second one must not change which. Only updates
 * check this rule: operations on a running cluster need no such output.
 */
function requireDefaultDatabase(settings: Settings): void {
  const names = Object.keys(settings.databases);
  if (names.length === 0 || defaultDatabaseOf(settings) !== undefined) return;
  const message = `must be one of ${names.join(", ")}: the outputs writeUrl to jdbcUrl lead to it`;
  const problems = [{ path: "defaultDatabase", message }];
  throw new SettingsError(problems, `Pulumi.${pulumi.getStack()}.yaml: `);
}
