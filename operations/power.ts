import { kinds } from "../configs/cluster/catalogue";
import { planOf } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import type { Ending } from "../platforms/command";
import type { Reach } from "../platforms/reach";

/** Services that start or stop in parallel, after those of the previous step. */
export type Steps = string[][];

/**
 * The order in which services stop: first those that clients connect to, then standbys, then the
 * primary, and etcd last. Services on hosts with `away: true` are left out.
 * @param services those to stop; by default all
 * @param primary its name, if there is one
 */
export function stopOrder(
  settings: Settings,
  primary: string | undefined,
  services?: string[],
): Steps {
  const isPrimary = (name: string) => name === primary;
  return startOrder(settings, services)
    .toReversed()
    .flatMap((step) => [step.filter((name) => !isPrimary(name)), step.filter(isPrimary)])
    .filter((step) => step.length > 0);
}

/**
 * The order in which services start: etcd, then all members in parallel, then those that clients
 * connect to. The members determine which one has the newest data and leads.
 * @param services those to start; by default all
 */
export function startOrder(settings: Settings, services?: string[]): Steps {
  const chosen = planOf(settings).filter(
    ({ name, isAway }) => !isAway && (services?.includes(name) ?? true),
  );
  return kinds
    .map((kind) => chosen.filter((one) => one.kind === kind).map(({ name }) => name))
    .filter((step) => step.length > 0);
}

/**
 * Stops services in order. @throws {Error} with each service that did not stop; later steps are
 * skipped
 */
export const stopServices = (reach: Reach, steps: Steps): Promise<void> =>
  inSteps(steps, (service) => reach.stop(service));

/**
 * Starts services in order. @throws {Error} with each service that did not start; later steps are
 * skipped
 */
export const startServices = (reach: Reach, steps: Steps): Promise<void> =>
  inSteps(steps, (service) => reach.start(service));

async function inSteps(steps: Steps, act: (service: string) => Promise<Ending>): Promise<void> {
  for (const step of steps) {
    const endings = await Promise.all(
      step.map(async (service) => ({ service, ...(await act(service)) })),
    );
    const failed = endings.filter(({ status }) => status !== 0);
    if (failed.length > 0)
      throw new Error(
        failed.map(({ service, output }) => `${service}: ${output.trim()}`).join("\n"),
      );
  }
}
