import type { Settings } from "../settings/schema";
import { catalogue, type Kind, type KindPort, kinds, limitsOf } from "./catalogue";

/** A service of a cluster and where it is to run. */
export interface PlannedService {
  /** Its kind and its number, such as `patroni1`. */
  name: string;
  kind: Kind;
  /** Name of its host; undefined on Docker, and if the stack file places it nowhere. */
  host: string | undefined;
  /** Whether the stack file says that its host is away: nothing reaches it for now. */
  isAway: boolean;
  /** Under which the cluster's other services reach it; its name where there are no hosts. */
  address: string;
  ports: KindPort[];
  /** Memory limit, in MiB. */
  memoryMegabytes: number;
  maximumTasks: number;
  dataDirectory: string | undefined;
}

/**
 * All services of a cluster, in the order in which they start: a plain value, which follows from the settings alone. Whoever has
 * to know what runs where reads it here.
 */
export const planOf = (settings: Settings): PlannedService[] =>
  kinds.flatMap((kind) =>
    namesOf(kind, settings).map((name) => {
      const { ports, dataDirectory } = catalogue[kind];
      const host = settings.platform === "vm" ? placeOf(name, kind, settings) : undefined;
      return {
        name,
        kind,
        host,
        isAway: host !== undefined && settings.vm.hosts[host]?.away === true,
        address: host === undefined ? name : (settings.vm.hosts[host]?.address ?? name),
        ports: ports(settings),
        ...limitsOf(kind, settings),
        dataDirectory,
      };
    }),
  );

/** `patroni1`, `patroni2`, …: the names of a number of services of a kind. */
export const serviceNames = (kind: Kind, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${kind}${i + 1}`);

/** The names of a cluster's services of a kind. */
export const namesOf = (kind: Kind, settings: Settings): string[] =>
  serviceNames(kind, catalogue[kind].count(settings));

/** Those of {@link namesOf} that are not on a host that is away. */
export const namesInReach = (kind: Kind, settings: Settings): string[] =>
  planOf(settings)
    .filter((service) => service.kind === kind && !service.isAway)
    .map(({ name }) => name);

/**
 * A service of the plan.
 * @throws {Error} if the cluster has none of that name
 */
export function serviceNamed(name: string, settings: Settings): PlannedService {
  const found = planOf(settings).find((service) => service.name === name);
  if (found === undefined) throw new Error(`${name} is not a service of the cluster`);
  return found;
}

/** The kind that somebody means by a service's name, whether the cluster has that service or not. */
export const kindMeant = (name: string): Kind | undefined =>
  kinds.find((kind) => name.startsWith(kind) && /^\d+$/.test(name.slice(kind.length)));

/** Name of the host whose list has a service, or the one that it stands beside. */
function placeOf(name: string, kind: Kind, { vm }: Settings): string | undefined {
  const { beside } = catalogue[kind];
  const listed = beside === undefined ? name : name.replace(kind, beside);
  return Object.keys(vm.hosts).find((host) => vm.hosts[host]?.services.includes(listed));
}
