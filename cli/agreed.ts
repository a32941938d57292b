import { createInterface } from "node:readline/promises";

/** Whether somebody types the stack's name: what cannot be taken back is not done by a key that was hit in passing. */
export async function agreed(stack: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  console.log(`Type the stack's name, ${stack}, to go on:`);
  for await (const answer of prompt) return answer.trim() === stack;
  // Its input has ended, as a script's does.
  return false;
}
