import { createInterface } from "node:readline/promises";

/**
 * Asks the operator to type the stack's name, so that one accidental key cannot start something
 * irreversible.
 */
export async function agreed(stack: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  console.log(`Type the stack's name, ${stack}, to go on:`);
  for await (const answer of prompt) return answer.trim() === stack;
  // The input has ended, as that of a script does.
  return false;
}
