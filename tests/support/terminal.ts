import { execa } from "execa";

/** How a command ended that ran on a terminal, and what the terminal shows. */
export interface OnTerminal {
  code: number;
  shown: string;
}

/**
 * Runs a command on a terminal of its own, as a person does who answers its question.
 * @param answer sent as it is: a line ends with `\r`
 */
export async function onTerminal(
  words: string[],
  answer: string,
  env: NodeJS.ProcessEnv = {},
): Promise<OnTerminal> {
  const driver = ["tests/support/terminal.py", "[y/N]", answer, ...words];
  const { exitCode, stdout } = await execa("python3", driver, { reject: false, env });
  return { code: exitCode, shown: stdout };
}
