import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { exitCode, Failure } from "./failure";

type Style = Parameters<typeof styleText>[0];

/** Text in a style, if the output is a terminal that supports it. */
export const styled = (style: Style, text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;

/** Prints progress, which is not part of the result. */
export const progress = (line: string): void => void process.stderr.write(`${line}\n`);

/** Prints a result. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints a result as JSON. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** How a command that changes something asks for confirmation. */
export interface ConfirmOptions {
  yes?: true | undefined;
  dryRun?: true | undefined;
}

/**
 * Shows the plan and asks whether to continue.
 * @param plan one line each
 * @returns whether to continue; false in a dry run
 * @throws {Failure} without confirmation
 */
export async function confirmed(plan: string[], { yes, dryRun }: ConfirmOptions): Promise<boolean> {
  plan.forEach(progress);
  if (dryRun === true) {
    progress("Dry run: nothing was changed.");
    return false;
  }
  if (yes === true) return true;
  const refused = (why: string) => new Failure(`${why} Nothing was changed.`, exitCode.refused);
  if (!process.stdin.isTTY) throw refused("In a script, --yes is needed.");
  const answer = await answerTo("Continue? [y/N] ");
  if (!/^y(es)?$/i.test(answer.trim())) throw refused("You did not agree.");
  return true;
}

/** Reads an answer from the terminal; empty after Ctrl-C or Ctrl-D. */
async function answerTo(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // Node then settles or drops the question, depending on its version.
  const ended = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
  try {
    return await Promise.race([ended, prompt.question(question)]);
  } catch {
    progress("");
    return "";
  } finally {
    prompt.close();
  }
}
