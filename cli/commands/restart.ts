import { serviceNamed } from "../../configs/cluster/plan";
import { isPrimary } from "../../operations/look/symptoms";
import { waitsForRestart } from "../../operations/diagnose/replication";
import type { Look } from "../../operations/look/look";
import { patronictl } from "../../operations/patronictl";
import { Refusal } from "../../operations/switchover/choice";
import { act } from "../act";
import { serviceOf } from "../member";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";

/** `hapg restart`: restarts a member's PostgreSQL through Patroni, or any other service. */
export const restart = acting("restart", "restart PostgreSQL on members, or another service")
  .argument("[services...]", "such as patroni2 or haproxy1")
  .option("--pending", "every member that waits for a restart, standbys first")
  .addHelpText("after", examples("restart patroni2", "restart --pending", "restart pgbouncer1"))
  .action(async (names, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const services = inOrder(chosen(names, options.pending, cluster, look), look);
        return {
          plan: services.map((name) => effect(name, look)),
          carryOut: async () => {
            for (const name of services) await restartOne(name, cluster, look);
          },
          done: `Restarted ${services.join(", ")}.`,
          interrupts: interruption(services, look),
        };
      }),
    );
  });

function chosen(
  names: string[],
  pending: true | undefined,
  { settings }: Cluster,
  { members }: Look,
): string[] {
  if (pending !== true) {
    if (names.length === 0) throw new Refusal("Name a service, or use --pending");
    return names.map((name) => serviceOf(name, { settings }).name);
  }
  const waiting = members.filter(waitsForRestart);
  if (waiting.length === 0) throw new Refusal("No member waits for a restart");
  return waiting.map(({ name }) => name);
}

/** Standbys first. */
const inOrder = (services: string[], { members }: Look) => {
  const primary = members.find(isPrimary)?.name;
  return services.toSorted((a, b) => Number(a === primary) - Number(b === primary));
};

function effect(name: string, { members }: Look): string {
  const member = members.find((one) => one.name === name);
  if (member === undefined) return `${name} restarts: its connections end.`;
  return isPrimary(member)
    ? `PostgreSQL on ${name}, the primary, restarts: its connections end, and no writes are ` +
        "possible for some seconds. A switchover first avoids that for clients of the pool."
    : `PostgreSQL on ${name}, a standby, restarts: its connections end.`;
}

/** The longest of the expected outages. */
function interruption(services: string[], { members, routers, pools }: Look) {
  const isOneOf = (some: { name: string }[]) => some.some(({ name }) => services.includes(name));
  if (isOneOf(members.filter(isPrimary))) return "primary restart";
  if (isOneOf(routers)) return "HAProxy restart";
  return isOneOf(pools) ? "PgBouncer restart" : undefined;
}

async function restartOne(name: string, { settings, reach }: Cluster, look: Look): Promise<void> {
  if (serviceNamed(name, settings).kind === "patroni") {
    await patronictl(reach, look, "restart", "--force", settings.clusterName, name);
    return;
  }
  const { status, output } = await reach.restart(name);
  if (status !== 0) throw new Error(`${name}: ${output.trim()}`);
}
