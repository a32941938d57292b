import { pulumiEnvironment } from "../toolchain/environment.mjs";
import { withPassphrase } from "./passphrase";

/** The environment that npm scripts start Pulumi in: with the engine that set-up chose, and the passphrase that they made. */
export const scriptEnvironment = (): NodeJS.ProcessEnv => withPassphrase(pulumiEnvironment());
