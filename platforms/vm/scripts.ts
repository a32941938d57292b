import { programText } from "../../programs/load";

/** Shell functions from `programs/vm/`, one after the other. */
export const scripts = (...files: string[]): string =>
  files.map((file) => programText(`vm/${file}`)).join("\n");

/**
 * A script for `sh -s` that is read completely before it runs: its commands do not consume the rest
 * of it.
 * @param host name of the host, for messages
 */
export const rootScript = (host: string, functions: string, steps: string[]): string =>
  ["{", "set -eu", "umask 022", `host=${host}`, functions, ...steps, "} </dev/null", ""].join("\n");

/**
 * Steps that stop a service and remove its files, with the functions of `files.sh` and
 * `service.sh`. Its data stays.
 */
export const removalSteps = (service: string, unit: string): string[] => [
  `owner=${service}`,
  `remove_service ${unit}`,
];
