import { kindMeant } from "../../configs/cluster/plan";
import { type Drain, drain as carryOut, drainOf } from "../../operations/drain";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { progress } from "../terminal";

/** `hapg drain`: moves roles away from a host before maintenance. */
export const drain = acting("drain", "move the primary and other leaders away from a host")
  .argument("<host>", "name of a host of the stack file, or of a service")
  .addHelpText("after", examples("drain db1", "drain patroni1"))
  .action(async (target, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const { settings, reach, run } = cluster;
        const found = drainOf(look, settings, target);
        return {
          plan: planOf(found, target, cluster),
          carryOut: () => carryOut(found, settings, reach, progress),
          done: `${target} is drained.`,
          interrupts: found.primary === undefined ? undefined : "switchover",
          next: found.keepalived === undefined ? [] : [run("start", found.keepalived)],
          // Keepalived is stopped on purpose.
          isVerified: found.keepalived === undefined,
        };
      }),
    );
  });

function planOf(
  { services, primary, etcd, keepalived, sessions }: Drain,
  target: string,
  { run }: Cluster,
) {
  const moves = [
    ...(primary === undefined
      ? []
      : [`${primary} is the primary: another member takes over while clients of the pool wait.`]),
    ...(etcd === undefined ? [] : [`${etcd.from} leads etcd: ${etcd.to} takes over.`]),
    ...(keepalived === undefined
      ? []
      : [
          `${keepalived} holds the virtual address: it stops, and another host takes the ` +
            "address. Connections through the address end.",
          `Afterwards, start it again: \`${run("start", keepalived)}\`. \`${run("up")}\` and ` +
            "a boot of the host do so, too.",
        ]),
  ];
  return [
    ...(moves.length === 0 ? [`Nothing on ${target} has to move.`] : moves),
    ...sessions.map(
      ({ service, count }) =>
        `${service} has client sessions (${count}). They stay until it stops, and then ` +
        "connect again elsewhere.",
    ),
    ...(services.some((name) => ["patroni", "etcd"].includes(kindMeant(name) ?? ""))
      ? [`A failover before the maintenance can make ${target} a leader again.`]
      : []),
  ];
}
