import { setTimeout as pause } from "node:timers/promises";

/** Counts again and again while something goes on; the smallest count, and what came of it. */
export async function fewestDuring<T>(
  count: () => Promise<number>,
  action: () => Promise<T>,
): Promise<{ fewest: number; result: T }> {
  let fewest = Infinity;
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      fewest = Math.min(fewest, await count());
      await pause(500);
    }
  };
  const watching = watch();
  try {
    const result = await action();
    return { fewest, result };
  } finally {
    isOver = true;
    await watching;
  }
}
