import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pulumiEnvironment } from "../toolchain/environment.mjs";
import { withPassphrase } from "./passphrase";

/**
 * The environment in which hapg starts Pulumi: with the engine that setup chose and the passphrase
 * that `up` created. In a checkout of this project, Pulumi's SDK also starts in a way that loads
 * less code.
 */
export function scriptEnvironment(): NodeJS.ProcessEnv {
  const start = resolve("toolchain/language.cjs");
  const environment = withPassphrase(pulumiEnvironment());
  return existsSync(start)
    ? { PULUMI_LANGUAGE_NODEJS_RUN_PATH: start, ...environment }
    : environment;
}
