import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { exitCode, Failure } from "./failure";
import { settingsFromConfig } from "../configs/settings/fromConfig";
import type { Settings } from "../configs/settings/schema";

/** Name of the Pulumi project. */
export const project = "hapg";

/** The placeholder of an encrypted value. Commands that only read a cluster need none of them. */
const unread = "(encrypted)";

/**
 * The settings in a stack file, read without Pulumi, so that it works without its engine, backend
 * or passphrase.
 * @param stack its name
 * @param path of the file; Pulumi's own by default
 * @throws {Failure} if the file does not exist
 * @throws {SettingsError} with all problems in it
 */
export function settingsInFile(stack: string, path = `Pulumi.${stack}.yaml`): Settings {
  if (!existsSync(path)) {
    throw new Failure(
      `There is no stack file ${path}. Name the stack with --stack.`,
      exitCode.wrongUsage,
    );
  }
  const file = parse(readFileSync(path, "utf8")) as { config?: Record<string, unknown> } | null;
  const config = Object.entries(file?.config ?? {}).map(([key, value]) => {
    const plain = withoutSecrets(value);
    return [key, typeof plain === "string" ? plain : JSON.stringify(plain)] as const;
  });
  return settingsFromConfig(project, stack, Object.fromEntries(config));
}

/** A value of a stack file, with a placeholder for encrypted parts. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return unread;
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSecrets(inner)]));
}
