import assert from "node:assert/strict";
import { execa } from "execa";
import type { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";

/** What a command printed and how it ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * The command line as it is installed, on a cluster. It gets the stack file, and without an
 * environment no backend of Pulumi.
 * @param environment in which Pulumi finds the stack
 */
export function commandLine(
  cluster: ClusterUnderTest,
  environment: NodeJS.ProcessEnv = { PULUMI_BACKEND_URL: "file:///nonexistent" },
) {
  const hapg = async (...words: string[]): Promise<Ended> => {
    // What asks Pulumi alone reads no stack file.
    const file = words[0] === "connect" ? [] : ["--config-file", cluster.stack.file];
    const stack = ["--stack", cluster.name, ...file];
    const commands = words.slice(0, words[0] === "dump" && words[1] === "load" ? 2 : 1);
    const rest = words.slice(commands.length);
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      ["toolchain/hapg.cjs", ...commands, ...stack, ...rest],
      { reject: false, stdin: "ignore", env: { ...environment, npm_package_name: undefined } },
    );
    return { code: exitCode, stdout, stderr };
  };
  /** Runs a command that has to succeed, and returns what it prints. */
  const done = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await hapg(...words);
    assert.equal(code, 0, `${words.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  const json = async (...words: string[]): Promise<unknown> =>
    JSON.parse((await hapg(...words, "--json")).stdout) as unknown;
  return { hapg, done, json };
}
