import pWaitFor from "p-wait-for";

/**
 * Waits for a condition: checks it at once, and then again and again.
 * @param seconds more than 0; the wait ends then, even if a check is under way
 * @param pauseMilliseconds between two checks; 50 by default
 * @returns whether the condition came true in time
 * @throws what a check throws: that ends the wait
 */
export const until = (
  seconds: number,
  check: () => boolean | Promise<boolean>,
  pauseMilliseconds = 50,
): Promise<boolean> =>
  pWaitFor(async () => (await check()) && pWaitFor.resolveWith(true), {
    interval: pauseMilliseconds,
    timeout: { milliseconds: seconds * 1000, fallback: () => false },
  });
