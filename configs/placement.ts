import type { Settings } from "./settings/schema";
import { namesByKind, ports } from "./topology";

/** A host of the stack file, with its name. */
export type VmHost = Settings["vm"]["hosts"][string] & { name: string };

/** The hosts of the stack file. */
export const vmHosts = ({ vm }: Settings): VmHost[] =>
  Object.entries(vm.hosts).map(([name, host]) => ({ name, ...host }));

/** Names of the services on a host. Keepalived is where HAProxy is, and is not listed in the stack file. */
export function servicesOn(host: VmHost, { keepalived }: Settings): string[] {
  if (keepalived.virtualAddress === undefined) return host.services;
  return host.services.flatMap((service) =>
    familyOf(service) === "haproxy"
      ? [service, service.replace("haproxy", "keepalived")]
      : [service],
  );
}

/**
 * The host of a service.
 * @throws {Error} if no host has it; the settings' rules let no such stack file through
 */
export function hostOf(service: string, settings: Settings): VmHost {
  const host = vmHosts(settings).find((one) => servicesOn(one, settings).includes(service));
  if (host === undefined) throw new Error(`no host runs ${service}`);
  return host;
}

/** `patroni` of `patroni2`: what kind of service a name stands for. */
export const familyOf = (service: string) => service.replace(/\d+$/, "");

/** Every service of a cluster that the stack file has to place on a host. */
export function servicesToPlace(settings: Settings): string[] {
  const { etcd, members, haproxies, pgbouncers } = namesByKind(settings);
  return [etcd, members, haproxies, pgbouncers].flat();
}

/** A port on a host and what chose it. */
export interface HostPort {
  port: number;
  service: string;
  /** The setting that chooses it; undefined for a fixed one. */
  setting?: string;
}

/** The ports that a host's services listen on. */
export function portsOn(host: VmHost, settings: Settings): HostPort[] {
  const { haproxy, pgbouncer } = settings;
  const byFamily = new Map<string, Omit<HostPort, "service">[]>([
    ["etcd", [{ port: ports.etcdClient }, { port: ports.etcdPeer }]],
    ["patroni", [{ port: ports.postgres }, { port: ports.patroni }]],
    [
      "haproxy",
      [
        { port: haproxy.writePort, setting: "haproxy.writePort" },
        { port: haproxy.readPort, setting: "haproxy.readPort" },
        { port: haproxy.statsPort, setting: "haproxy.statsPort" },
        { port: haproxy.restApiPort, setting: "haproxy.restApiPort" },
      ],
    ],
    ["pgbouncer", [{ port: pgbouncer.port, setting: "pgbouncer.port" }]],
  ]);
  return host.services.flatMap((service) =>
    (byFamily.get(familyOf(service)) ?? []).map((one) => ({ ...one, service })),
  );
}
