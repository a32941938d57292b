import { runOn } from "./command";
import { project } from "./stackFile";
import { describeLock, locksOf } from "./stackLock";

/**
 * The holders of the locks on stacks, and the remedy; undefined if none is locked, or the backend
 * does not show locks.
 * @param stacks their names
 */
export function whatStopsUpdates(stacks: string[]): string | undefined {
  const lines = stacks.flatMap((stack) =>
    (locksOf(project, stack) ?? []).map((lock) => {
      const remedy =
        lock.isHeld === true
          ? "Wait until that update has ended."
          : `Release it: ${runOn(stack)("unlock")}`;
      return `The stack ${stack} is ${describeLock(lock)}. ${remedy}`;
    }),
  );
  return lines.length === 0 ? undefined : lines.join("\n");
}
