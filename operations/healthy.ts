import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { diagnose } from "./diagnose";
import type { Context, Finding } from "./diagnose/finding";
import { lookAt } from "./look/look";
import { until } from "./until";

/**
 * Waits until there is no critical problem.
 * @param seconds maximum wait
 * @returns the remaining problems
 */
export async function untilHealthy(
  settings: Settings,
  reach: Reach,
  run: Context["run"],
  seconds: number,
): Promise<Finding[]> {
  let left: Finding[] = [];
  const look = async () => {
    left = diagnose({ look: await lookAt(settings, reach), settings, run }).filter(
      ({ severity }) => severity === "critical",
    );
    return left.length === 0;
  };
  await until(seconds, look, 500);
  return left;
}
