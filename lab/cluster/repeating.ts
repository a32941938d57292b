import { setTimeout as pause } from "node:timers/promises";

/** Something that is done again and again, until it answers `false`. */
export type Step = () => Promise<unknown>;

/**
 * Does something, and meanwhile repeats steps, each in a loop of its own. The loops end after the step under way.
 * @param pauseMilliseconds between two steps of a loop: at full speed they would take the processor from what is tested
 * @throws what the action throws, or a step once the action has ended
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
