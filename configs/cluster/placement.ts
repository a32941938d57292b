import type { Kind } from "./catalogue";
import type { Settings } from "../settings/schema";
import { type PlannedService, planOf, serviceNamed } from "./plan";

/** A host of the stack file, with its name. */
export type VmHost = Settings["vm"]["hosts"][string] & { name: string };

/** The hosts of the stack file. */
export const vmHosts = ({ vm }: Settings): VmHost[] =>
  Object.entries(vm.hosts).map(([name, host]) => ({ name, ...host }));

/** The services on a host, in the order in which they start. */
export const servicesOn = ({ name }: Pick<VmHost, "name">, settings: Settings): PlannedService[] =>
  planOf(settings).filter(({ host }) => host === name);

/** The zones that hosts of the stack file name, each once. */
export const zonesOf = (settings: Settings): string[] => [
  ...new Set(vmHosts(settings).flatMap(({ zone }) => zone ?? [])),
];

/** How many services of a kind are on the hosts of a zone. */
export const countInZone = (zone: string, kind: Kind, settings: Settings): number =>
  vmHosts(settings)
    .filter((host) => host.zone === zone)
    .flatMap((host) => servicesOn(host, settings))
    .filter((service) => service.kind === kind).length;

/**
 * The host of a service.
 * @throws {Error} if no host has it; the rules of the settings prevent that
 */
export function hostOf(service: string, settings: Settings): VmHost {
  const { host: name } = serviceNamed(service, settings);
  const host = vmHosts(settings).find((one) => one.name === name);
  if (host === undefined) throw new Error(`no host runs ${service}`);
  return host;
}

/** A port on a host and the service that listens on it. */
export interface HostPort {
  port: number;
  service: PlannedService;
  /** The setting for it; undefined for a fixed port. */
  setting?: string;
}

/** The ports that a host's services listen on. */
export const portsOn = (host: VmHost, settings: Settings): HostPort[] =>
  servicesOn(host, settings).flatMap((service) =>
    service.ports.map((port) => ({ ...port, service })),
  );
