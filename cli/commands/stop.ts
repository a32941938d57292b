import { isPrimary } from "../../operations/look/symptoms";
import type { Look } from "../../operations/look/look";
import { stopOrder, type Steps, stopServices } from "../../operations/power";
import { Refusal } from "../../operations/switchover/choice";
import { act } from "../act";
import { acting } from "../acting";
import { type Cluster, examples, withCluster } from "../command";
import { serviceOf } from "../member";

/** `hapg stop`: stops all services, or some, until `hapg start`. */
export const stop = acting("stop", "stop the whole cluster, or some services, in the right order")
  .argument("[services...]", "such as keepalived1; by default all")
  .addHelpText("after", examples("stop", "stop pgbouncer1"))
  .action(async (names, options) => {
    await withCluster(options, (cluster) =>
      act(cluster, options, (look) => {
        const { settings, reach, run } = cluster;
        for (const name of names) serviceOf(name, cluster);
        const isAll = names.length === 0;
        const primary = look.members.find(isPrimary)?.name;
        const steps = stopOrder(settings, primary, isAll ? undefined : names);
        if (!isAll && primary !== undefined && names.includes(primary) && hasStandbyIn(look, names))
          throw new Refusal(`${primary} is the primary. Run \`${run("switchover")}\` first`);
        return {
          plan: [...order(steps), ...effects(cluster, isAll)],
          carryOut: () => stopServices(reach, steps),
          done: isAll ? "The cluster is stopped." : `Stopped ${names.join(", ")}.`,
          next: [run("start", ...names)],
          isVerified: false,
        };
      }),
    );
  });

/** Whether a member that could take over keeps running. */
const hasStandbyIn = ({ members }: Look, stopped: string[]) =>
  members.some(({ name, facts }) => !stopped.includes(name) && facts?.patroni.value !== undefined);

const order = (steps: Steps) => [
  "Services stop in this order:",
  ...steps.map((step, i) => `  ${i + 1}. ${step.join(", ")}`),
];

const effects = ({ settings, run }: Cluster, isAll: boolean) => [
  ...(isAll ? ["Clients cannot connect until the cluster has started again. Data is kept."] : []),
  settings.platform === "docker"
    ? `They stay stopped, also after a restart of the Docker Engine, until \`${run("start")}\` ` +
      `or \`${run("up")}\`.`
    : `They stay stopped until \`${run("start")}\`, \`${run("up")}\`, or the next boot of their host.`,
];
