// @ts-check

/**
 * The environment in which Go is started, and flags for what it compiles. Builds and tests share
 * them, and so the cache of what is compiled.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function goEnvironment(env = process.env) {
  return {
    ...env,
    CGO_ENABLED: "0", // no C compiler is needed, and the programs run on any Linux
    GOTOOLCHAIN: "auto", // modules may ask for a newer Go than is installed
    GOWORK: "off",
  };
}

/** Flags of `go build` and `go test`. */
export const goFlags = ["-trimpath", "-mod=readonly", "-buildvcs=false"];
