import type { Settings } from "../settings/schema";
import { catalogue, type Kind, type KindPort, kinds, type Limits, limitsOf } from "./catalogue";
import { serviceNames } from "./names";

/** A service of a cluster and its host. */
export interface PlannedService extends Limits {
  /** Its kind and its number, such as `patroni1`. */
  name: string;
  kind: Kind;
  /** Name of its host; undefined on Docker, and if the stack file does not place it. */
  host: string | undefined;
  /** Whether its host has `away: true`: it is unreachable for now. */
  isAway: boolean;
  /** Address for the cluster's other services; its name where there are no hosts. */
  address: string;
  ports: KindPort[];
  dataDirectory: string | undefined;
}

/**
 * All services of a cluster, in the order in which they start. This plain value follows from the
 * settings alone, and is the only source of what runs where.
 */
export const planOf = (settings: Settings): PlannedService[] =>
  kinds.flatMap((kind) =>
    namesOf(kind, settings).map((name) => {
      const { ports, dataDirectory } = catalogue[kind];
      const host = settings.platform === "vm" ? placeOf(name, settings) : undefined;
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

/** The names of a cluster's services of a kind. */
export function namesOf(kind: Kind, settings: Settings): string[] {
  const { count, onEveryHost } = catalogue[kind];
  const number = count(settings);
  return onEveryHost === true
    ? Object.keys(settings.vm.hosts)
        .slice(0, number)
        .map((host) => `${kind}-${host}`)
    : serviceNames(kind, number);
}

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

/** The kind in a service's name, whether the cluster has that service or not. */
export const kindMeant = (name: string): Kind | undefined =>
  kinds.find(
    (kind) =>
      name.startsWith(kind) &&
      (catalogue[kind].onEveryHost === true ? /^-./ : /^\d+$/).test(name.slice(kind.length)),
  );

/** Name of the service beside which another one runs; undefined if the stack file places it. */
export function besideName(name: string): string | undefined {
  const kind = kindMeant(name);
  const beside = kind === undefined ? undefined : catalogue[kind].beside;
  return kind === undefined || beside === undefined ? undefined : name.replace(kind, beside);
}

/**
 * The service beside which another one runs.
 * @param all those of its kind
 * @throws {Error} if there is none
 */
export function besideOf<One extends { name: string }>(
  { name }: { name: string },
  all: One[],
): One {
  const beside = besideName(name);
  const found = all.find((one) => one.name === beside);
  if (found === undefined) throw new Error(`${name} is beside no service`);
  return found;
}

/** Name of the host whose list contains a service, or the service beside which it runs. */
function placeOf(name: string, { vm }: Settings): string | undefined {
  const kind = kindMeant(name);
  if (kind !== undefined && catalogue[kind].onEveryHost === true)
    return name.slice(`${kind}-`.length);
  const listed = besideName(name) ?? name;
  return Object.keys(vm.hosts).find((host) => vm.hosts[host]?.services.includes(listed));
}
