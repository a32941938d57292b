import assert from "node:assert/strict";
import { execa } from "execa";
import type { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";

/** What a command printed and how it ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line on the stack of a cluster under test. */
export interface CommandLine {
  /** Runs a command. The words of a command in a group, such as `pool reconnect`, are one word here. */
  hapg: (...all: string[]) => Promise<Ended>;
  /** Runs a command that must succeed, and returns what it prints. */
  done: (...all: string[]) => Promise<string>;
  /** The JSON that a command prints. */
  json: (...all: string[]) => Promise<unknown>;
  /** The words and the environment with which a command is run. */
  words: (command: string) => string[];
  environment: NodeJS.ProcessEnv;
}

/**
 * The command line as it is installed, on a cluster. It gets the stack file, and without an
 * environment no backend of Pulumi.
 * @param given environment in which Pulumi finds the stack
 */
export function commandLine(
  cluster: ClusterUnderTest,
  given: NodeJS.ProcessEnv = { PULUMI_BACKEND_URL: "file:///nonexistent" },
): CommandLine {
  const environment = { ...given, npm_package_name: undefined };
  const words = (command: string) => [
    ...[process.execPath, "toolchain/hapg.cjs", ...command.split(" "), "--stack", cluster.name],
    // What asks Pulumi alone reads no stack file.
    ...(command === "connect" ? [] : ["--config-file", cluster.stack.file]),
  ];
  const hapg = async (...all: string[]): Promise<Ended> => {
    const [command = "", ...rest] = all;
    const [program = "", ...first] = words(command);
    const { exitCode, stdout, stderr } = await execa(program, [...first, ...rest], {
      ...{ reject: false, stdin: "ignore", env: environment },
    });
    return { code: exitCode, stdout, stderr };
  };
  const done = async (...all: string[]): Promise<string> => {
    const { code, stdout, stderr } = await hapg(...all);
    assert.equal(code, 0, `${all.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  const json = async (...all: string[]): Promise<unknown> =>
    JSON.parse((await hapg(...all, "--json")).stdout) as unknown;
  return { hapg, done, json, words, environment };
}
