import { spawnSync } from "node:child_process";

/** Whether a program that supports the argument `version` is on PATH and works. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["version"]).status === 0;
