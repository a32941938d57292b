import * as pulumi from "@pulumi/pulumi";
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
    return settingsFromConfig(pulumi.getProject(), pulumi.getStack(), config);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new pulumi.RunError(error.message);
  }
}
