import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pulumiHome } from "../toolchain/environment.mjs";

/** In the directory of the local backend's state, so that both are lost or kept together. */
const passphraseFile = (environment: NodeJS.ProcessEnv) =>
  join(pulumiHome(environment), "hapg-passphrase");

const hasPassphrase = (environment: NodeJS.ProcessEnv) =>
  (environment.PULUMI_CONFIG_PASSPHRASE ?? environment.PULUMI_CONFIG_PASSPHRASE_FILE) !== undefined;

/**
 * Creates a passphrase for stacks with encrypted secrets, unless the user has set one or it exists.
 * @returns its file, if it was created
 */
export function makePassphrase(environment: NodeJS.ProcessEnv): string | undefined {
  const file = passphraseFile(environment);
  if (hasPassphrase(environment) || existsSync(file)) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  return file;
}

/**
 * The environment with the passphrase of {@link makePassphrase}, if it exists and the user has set
 * none.
 */
export function withPassphrase(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const file = passphraseFile(environment);
  if (hasPassphrase(environment) || !existsSync(file)) return environment;
  return { ...environment, PULUMI_CONFIG_PASSPHRASE_FILE: file };
}
