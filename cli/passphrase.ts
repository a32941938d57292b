import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pulumiHome } from "../toolchain/environment.mjs";

/** Beside the local backend's state, so that the two are lost or kept together. */
const passphraseFile = (environment: NodeJS.ProcessEnv) =>
  join(pulumiHome(environment), "hapg-passphrase");

const hasPassphrase = (environment: NodeJS.ProcessEnv) =>
  (environment.PULUMI_CONFIG_PASSPHRASE ?? environment.PULUMI_CONFIG_PASSPHRASE_FILE) !== undefined;

/**
 * Makes a passphrase for stacks whose secrets are encrypted by one, unless the user has set one or it was made before.
 * @returns its file, if it was made
 */
export function makePassphrase(environment: NodeJS.ProcessEnv): string | undefined {
  const file = passphraseFile(environment);
  if (hasPassphrase(environment) || existsSync(file)) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  return file;
}

/** The environment with the passphrase that {@link makePassphrase} made, if it did and the user has set none. */
export function withPassphrase(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const file = passphraseFile(environment);
  if (hasPassphrase(environment) || !existsSync(file)) return environment;
  return { ...environment, PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
