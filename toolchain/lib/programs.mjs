// @ts-check
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { pulumiHome } from "../environment.mjs";

/** The folder for programs in the Pulumi home, where the vendor's own installer puts them too. */
export function programFolder() {
  return join(pulumiHome(), "bin");
}

/**
 * Moves a program to where it is looked for, in one step: whoever starts it gets the old or the new.
 *
 * @param {string} from In the Pulumi home, too.
 * @param {string} name
 */
export function installProgram(from, name) {
  mkdirSync(programFolder(), { recursive: true });
  renameSync(from, join(programFolder(), name));
}
