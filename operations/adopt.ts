import { paths } from "../configs/cluster/paths";
import { kindMeant } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import { shareKey } from "../configs/tls/trust";
import type { Reach } from "../platforms/reach";
import { takeoverOf } from "../platforms/byPlatform";
import type { Remains } from "../platforms/takeover";
import { isPrimary } from "./look/symptoms";
import { lookAtPart } from "./look/look";
import { type Steps, stopServices } from "./power";

/**
 * The plan for taking over a cluster without a state. Nothing is changed until
 * {@link Adoption.carryOut}.
 */
export interface Adoption {
  remains: Remains;
  /** Services to stop: those of one list in parallel, one list after the other. */
  steps: Steps;
  /**
   * Stops all services and gives their data to the new owner. The data stays unchanged. An update
   * must follow. An interruption at any point is safe, and the call can be repeated.
   * @param owner `organization/project/stack`
   * @param onStep is called before each step
   */
  carryOut: (owner: string, onStep: (services: string[]) => void) => Promise<void>;
}

/** Facts about the stack that will own the cluster. */
export interface NewOwner {
  /** `organization/project/stack`. */
  owner: string;
  /** CAs in its state, as PEM. */
  authorities: string;
  /** Services in its state, as `CLUSTER-SERVICE`. */
  services: string[];
}

/**
 * Plans the takeover of a cluster.
 * @returns a text if there is nothing to take over: the reason, and what to do instead
 */
export async function adoptionOf(
  settings: Settings,
  { owner, authorities, services }: NewOwner,
  reach: Reach,
): Promise<Adoption | string> {
  const takeover = takeoverOf(settings);
  const remains = await takeover.look();
  const isForeign = remains.owners.some((one) => one !== owner);
  if (remains.places.length === 0 && !isForeign)
    return (
      `There is nothing to adopt: no service of ${settings.clusterName} is there, and its data, ` +
      "if any, is this stack's."
    );
  const running = remains.running.map((service) => `${settings.clusterName}-${service}`);
  const known = [...new Set([...remains.places, ...running])].filter((one) =>
    services.includes(one),
  );
  if (known.length > 0)
    return (
      `The state of this stack has ${known.join(", ")}: it is not lost, and there is nothing ` +
      "to adopt."
    );
  const authority = await authorityOf(remains.running, reach);
  if (authority !== undefined && !isForeign && shareKey(authority, authorities))
    return (
      "The state of this stack has the CA of the services that run: it is not lost, and there " +
      "is nothing to adopt."
    );
  const steps = await stepsOf(settings, remains.running, reach);
  return {
    remains,
    steps,
    carryOut: async (newOwner, onStep) => {
      for (const services of steps) {
        onStep(services);
        await stopServices(reach, [services]);
      }
      await takeover.claim(newOwner);
    },
  };
}

/** The CAs that a running member trusts. */
async function authorityOf(running: string[], reach: Reach): Promise<string | undefined> {
  for (const service of running.filter((name) => kindMeant(name) === "patroni")) {
    const { status, output } = await reach.execute(service, [
      "cat",
      paths.caOf(paths.patroniConfig),
    ]);
    if (status === 0) return output;
  }
  return undefined;
}

/**
 * Standbys stop first, while clients can still write. So no standby takes over, and the primary
 * ends with the newest data. etcd stops last.
 */
async function stepsOf(settings: Settings, running: string[], reach: Reach): Promise<Steps> {
  const members = await lookAtPart("members", settings, reach);
  const primaries = members.filter(isPrimary).map(({ name }) => name);
  const isStandby = (name: string) => kindMeant(name) === "patroni" && !primaries.includes(name);
  const isEtcd = (name: string) => kindMeant(name) === "etcd";
  return [
    running.filter(isStandby),
    running.filter((name) => !isStandby(name) && !isEtcd(name)),
    running.filter(isEtcd),
  ].filter((services) => services.length > 0);
}
