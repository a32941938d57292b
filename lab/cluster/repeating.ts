import { setTimeout as pause } from "node:timers/promises";

/** A step that is repeated until it returns `false`. */
export type Step = () => Promise<unknown>;

/**
 * Runs an action and meanwhile repeats steps, each in its own loop. The loops end after the current
 * step.
 */
export async function repeatingDuring<T>(
  steps: Step[],
  pauseMilliseconds: number,
  action: () => Promise<T>,
): Promise<T> {
  let isOver = false;
  const repeat = async (step: Step) => {
    while (!isOver && (await step()) !== false) await pause(pauseMilliseconds);
  };
  const loops = Promise.all(steps.map(repeat));
  // What a step throws is thrown below.
  loops.catch(() => undefined);
  try {
    return await action();
  } finally {
    isOver = true;
    await loops;
  }
}
