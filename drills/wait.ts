import { setTimeout as pause } from "node:timers/promises";

/** Waits for a condition; whether it came true in time. */
export async function until(
  seconds: number,
  check: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    if (await check()) return true;
    if (Date.now() > deadline) return false;
    await pause(50);
  }
}
