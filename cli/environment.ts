import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pulumiEnvironment } from "../toolchain/environment.mjs";
import { withPassphrase } from "./passphrase";

/**
 * The environment in which the command line starts Pulumi: with the engine that setup chose, the passphrase that `up` made and,
 * in a checkout of this project, a start of Pulumi's SDK that loads less.
 */
export function scriptEnvironment(): NodeJS.ProcessEnv {
  const start = resolve("toolchain/language.cjs");
  const environment = withPassphrase(pulumiEnvironment());
  return existsSync(start)
    ? { PULUMI_LANGUAGE_NODEJS_RUN_PATH: start, ...environment }
    : environment;
}
