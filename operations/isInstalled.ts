import { spawnSync } from "node:child_process";

/** Whether a program that knows the word `version` is on PATH, and runs. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["version"]).status === 0;
