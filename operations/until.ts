import pWaitFor from "p-wait-for";

/**
 * Waits for a condition: checks it immediately and then repeatedly.
 * @param seconds more than 0; the wait ends then, even during a check
 * @param pauseMilliseconds between two checks; 50 by default
 * @returns whether the condition was met in time
 * @throws the error of a check, which ends the wait
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
