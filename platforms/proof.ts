import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { LeaderChanges } from "./leaderChanges";
import type { Service } from "./platform";
import type { Reach } from "./reach";

/**
 * How long services may take to become ready at the end of an update, in seconds. A failover may be
 * in progress.
 */
const patienceSeconds = 60;

/**
 * Fails an update at its end unless all services are ready, including unchanged ones: they may have
 * died since the last update. Does nothing in a preview.
 * @param services the reachable ones
 * @param after the last resource of the update
 * @param leaderChanges end with it
 */
export function proveAtEnd(
  services: Service[],
  after: pulumi.CustomResource,
  reach: () => Reach,
  leaderChanges?: LeaderChanges,
): void {
  if (pulumi.runtime.isDryRun()) return;
  pulumi.output(after.id).apply(async () => {
    await leaderChanges?.end();
    const reason = await whyNotReady(services, reach());
    if (reason === undefined) return;
    // The program has ended by now, and Pulumi prints the stack trace of later errors.
    throw Object.assign(new pulumi.RunError(reason), { stack: "" });
  });
}

/** The reports of all services that are not ready; undefined if all are ready. */
async function whyNotReady(services: Service[], reach: Reach): Promise<string | undefined> {
  const deadline = Date.now() + patienceSeconds * 1000;
  try {
    for (;;) {
      const reasons = new Map<string, string[]>();
      await Promise.all(
        services.map(async (service) => {
          const reason = await reasonOf(service, reach);
          if (reason !== undefined)
            reasons.set(reason, [...(reasons.get(reason) ?? []), service.name]);
        }),
      );
      if (reasons.size === 0) return undefined;
      if (Date.now() >= deadline) return described(reasons);
      await pause(500);
    }
  } finally {
    await reach.close();
  }
}

/** The report of a service that is not ready, which may be empty; undefined if it is ready. */
async function reasonOf({ name, proof, readiness }: Service, reach: Reach) {
  const { status, output } = await reach.execute(name, proof ?? readiness.command);
  return status === 0 ? undefined : output.trim();
}

const described = (reasons: Map<string, string[]>): string =>
  [
    `All resources are up to date, but not every service is ready ${patienceSeconds} s later:`,
    ...[...reasons].map(
      ([reason, names]) =>
        `${names.sort().join(", ")}: ${reason === "" ? "not ready; see its log" : reason}`,
    ),
  ].join("\n");
