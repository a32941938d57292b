import { WriteProbe } from "../operations/outage/writeProbe";
import type { Settings } from "../configs/settings/schema";

/**
 * Runs an action while a probe tries to connect for writing.
 * @returns the result, and a line with the measured outage; no line if the write port is
 * unreachable from here
 */
export async function whileProbed<T>(
  settings: Settings,
  action: () => Promise<T>,
): Promise<{ result: T; outage: string[] }> {
  const probe = await WriteProbe.start(settings);
  try {
    const result = await action();
    return { result, outage: probe === undefined ? [] : [measured(await probe.end())] };
  } finally {
    await probe?.end();
  }
}

const measured = (milliseconds: number | undefined) =>
  milliseconds === undefined
    ? "The write port does not answer."
    : `Measured write outage through HAProxy: ${(milliseconds / 1000).toFixed(1)} s.`;
