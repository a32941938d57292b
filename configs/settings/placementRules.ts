import { catalogue, type Kind, kinds } from "../cluster/catalogue";
import { countInZone, portsOn, type VmHost, vmHosts, zonesOf } from "../cluster/placement";
import { kindMeant, namesOf } from "../cluster/plan";
import type { Problem } from "./problem";
import type { Settings } from "./schema";

/** Rules about the placement of services. */
export function placementRules(settings: Settings): Problem[] {
  const hosts = vmHosts(settings);
  return settings.platform === "docker"
    ? dockerRules(settings)
    : [
        ...eachServiceOnce(settings, hosts),
        ...hosts.flatMap((host) => oneOfAKind(host)),
        ...addressesDiffer(settings, hosts),
        ...zonesAreSpread(settings),
        ...hosts.flatMap((host) => portsOfHostDiffer(settings, host)),
        ...portsAreUnprivileged(settings),
      ];
}

/** One Engine publishes each port once and has no address that could move. */
function dockerRules({ haproxy, pgbouncer, keepalived }: Settings): Problem[] {
  const onlyOn = "needs platform: vm";
  return [
    ...(haproxy.instances > 1
      ? [{ path: "haproxy.instances", message: `more than 1 ${onlyOn}` }]
      : []),
    ...(pgbouncer.instances > 1
      ? [{ path: "pgbouncer.instances", message: `more than 1 ${onlyOn}` }]
      : []),
    ...(keepalived.virtualAddress === undefined
      ? []
      : [{ path: "keepalived.virtualAddress", message: onlyOn }]),
  ];
}

function eachServiceOnce(settings: Settings, hosts: VmHost[]): Problem[] {
  const wanted = kinds
    .filter((kind) => catalogue[kind].beside === undefined && !catalogue[kind].onEveryHost)
    .flatMap((kind) => namesOf(kind, settings));
  const placed = hosts.flatMap(({ name, services }) =>
    services.map((service) => ({ service, host: name })),
  );
  const unplaced = wanted.filter((service) => !placed.some((one) => one.service === service));
  return [
    ...(unplaced.length === 0
      ? []
      : [
          {
            path: "vm.hosts",
            message: `no host runs ${unplaced.join(", ")}${remedyFor(unplaced)}`,
          },
        ]),
    ...placed.flatMap(({ service, host }, i) => {
      const path = `vm.hosts.${host}.services`;
      if (!wanted.includes(service)) return [{ path, message: unknownService(service, settings) }];
      const other = placed.slice(0, i).find((one) => one.service === service);
      return other === undefined
        ? []
        : [{ path, message: `${service} is also on ${other.host}; it can be on only one host` }];
    }),
  ];
}

/** The host of the repository is worth a thought: with a member's host its backups are lost too. */
const remedyFor = (unplaced: string[]): string =>
  unplaced.some((service) => kindMeant(service) === "repository")
    ? "; add repository1 to the services of a host, best of one without a member"
    : "";

/** Names the number that must grow, if nothing else is wrong. */
function unknownService(service: string, settings: Settings): string {
  const kind = kindMeant(service);
  if (kind === "repository")
    return settings.backup.enabled
      ? `${service} is not a service of this cluster: its only repository is repository1`
      : `${service} is not a service of this cluster: backup.enabled is false`;
  const countedBy = kind === undefined ? undefined : catalogue[kind].countedBy;
  if (kind === undefined || countedBy === undefined) {
    const placed = kinds.filter(
      (one) => catalogue[one].countedBy !== undefined && catalogue[one].count(settings) > 0,
    );
    return (
      `${service} is not a service; known are ${placed.map((one) => `${one}1`).join(", ")} ` +
      "and so on"
    );
  }
  return (
    `${service} is not a service of this cluster: ${countedBy} is ` +
    `${catalogue[kind].count(settings)}`
  );
}

/**
 * Each kind of service runs once per host, because it uses the host's unit, ports and directories.
 * This also limits the loss of a host to one member.
 */
function oneOfAKind({ name, services }: VmHost): Problem[] {
  return services.flatMap((service, i) => {
    const kind = kindMeant(service);
    const other = services.slice(0, i).find((one) => kind !== undefined && kindMeant(one) === kind);
    return other === undefined || other === service
      ? []
      : [
          {
            path: `vm.hosts.${name}.services`,
            message: `${other} and ${service} cannot share a host: both would be lost with it`,
          },
        ];
  });
}

function addressesDiffer({ keepalived }: Settings, hosts: VmHost[]): Problem[] {
  return hosts.flatMap(({ name, address }, i) => {
    const path = `vm.hosts.${name}.address`;
    const other = hosts.slice(0, i).find((one) => one.address === address);
    return [
      ...(other === undefined
        ? []
        : [{ path, message: `${address} is also the address of ${other.name}` }]),
      ...(address === keepalived.virtualAddress
        ? [{ path, message: "is also keepalived.virtualAddress, which moves between hosts" }]
        : []),
    ];
  });
}

/** If zones are named, the loss of one must leave a quorum of etcd and a member to take over. */
function zonesAreSpread(settings: Settings): Problem[] {
  const zones = zonesOf(settings);
  if (zones.length < 2) return [];
  const count = (zone: string, kind: Kind) => countInZone(zone, kind, settings);
  return zones.flatMap((zone) => [
    // With two zones one of them always has the majority of etcd.
    ...(zones.length > 2 &&
    settings.etcd.members > 1 &&
    count(zone, "etcd") * 2 > settings.etcd.members
      ? [
          {
            path: "vm.hosts",
            message:
              `zone ${zone} has ${count(zone, "etcd")} of ${settings.etcd.members} etcd ` +
              "members: without it etcd has no quorum and writes stop; spread them",
          },
        ]
      : []),
    ...(settings.postgres.members > 1 && count(zone, "patroni") === settings.postgres.members
      ? [
          {
            path: "vm.hosts",
            message:
              `zone ${zone} has all members: no member could take over if it is lost; ` +
              "spread them",
          },
        ]
      : []),
  ]);
}

function portsOfHostDiffer(settings: Settings, host: VmHost): Problem[] {
  const all = portsOn(host, settings);
  return all.flatMap(({ port, service, setting }, i) => {
    // Two of a kind conflict in everything, which another rule reports.
    const other = all
      .slice(0, i)
      .find((one) => one.port === port && one.service.kind !== service.kind);
    if (other === undefined) return [];
    const path = setting ?? other.setting ?? `vm.hosts.${host.name}.services`;
    return [
      {
        path,
        message: `port ${port} is used by ${other.service.name} and ${service.name} on ${host.name}`,
      },
    ];
  });
}

/** HAProxy and PgBouncer run unprivileged on a host: the kernel reserves lower ports for root. */
const portsAreUnprivileged = (settings: Settings): Problem[] =>
  kinds
    .flatMap((kind) => catalogue[kind].ports(settings))
    .flatMap(({ port, setting: path }) =>
      path === undefined || port >= 1024
        ? []
        : [{ path, message: `must be 1024 or above on hosts, got ${port}` }],
    );
