import { repeatingDuring } from "./repeating";

/** Counts repeatedly during an action. Returns the smallest count, and the action's result. */
export async function fewestDuring<T>(
  count: () => Promise<number>,
  action: () => Promise<T>,
): Promise<{ fewest: number; result: T }> {
  let fewest = Infinity;
  const look = async () => {
    fewest = Math.min(fewest, await count());
  };
  const result = await repeatingDuring([look], 500, action);
  return { fewest, result };
}
