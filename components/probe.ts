import { currentName } from "../configs/access/logins";
import { systemRole } from "../configs/access/systemRoles";
import { paths } from "../configs/cluster/paths";
import { besideOf } from "../configs/cluster/plan";
import type { Endpoint } from "../configs/cluster/topology";
import { renderProbePlan } from "../configs/probe/probePlan";
import type { Service } from "../platforms/platform";
import { probeFiles } from "../programs/programs";
import { clientsOf, metricsService, passfile } from "./metricsService";
import type { MemberArgs } from "./patroniMember";

/** A client of the HAProxy beside it, and of a PgBouncer: the one of its number, or the first. */
export function probe(args: MemberArgs, self: Endpoint): Service {
  const { settings, topology } = args;
  const { haproxies, pgbouncers } = topology;
  const { name: router, address: haproxy } = besideOf(self, haproxies);
  const index = haproxies.findIndex(({ name }) => name === router);
  const pgbouncer = (pgbouncers[index] ?? pgbouncers[0])?.address;
  if (pgbouncer === undefined) throw new Error(`${self.name} has no PgBouncer`);
  const directory = paths.probeConfig;
  const plan = renderProbePlan({
    ...{ settings, haproxy, pgbouncer, passfile: paths.probePassfile },
    ca: paths.caOf(directory),
    user: currentName(systemRole.monitor, settings.credentials.monitor),
    clients: clientsOf(args, self),
  });
  return metricsService(args, self, {
    kind: "probe",
    directory,
    port: settings.monitoring.probePort,
    isUp: "hapg_probe_working",
    environment: {},
    words: ["python3", paths.probeTool],
    files: [
      passfile(args, paths.probePassfile),
      { path: paths.probePlan, content: plan, onChange: "restart" },
      ...probeFiles.map(({ name, content }) => ({
        path: `${directory}/${name}`,
        content,
        onChange: "restart" as const,
      })),
    ],
  });
}
