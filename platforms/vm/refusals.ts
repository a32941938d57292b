import { portsOn, servicesOn, type VmHost } from "../../configs/cluster/placement";
import { catalogue, type Kind } from "../../configs/cluster/catalogue";
import type { Problem } from "../../configs/settings/problem";
import type { Settings } from "../../configs/settings/schema";
import { paths } from "../../configs/cluster/paths";
import type { HostFacts } from "./facts";
import { adoptCommand, isAdopting } from "../adopting";
import { vmPrograms } from "./programs";

/** Distributions whose packages are known to work. */
const supported = ["debian 12", "debian 13", "ubuntu 24.04", "ubuntu 26.04"];

/** Space for an initial database, WAL and packages, in MiB. */
const leastFreeMegabytes = 2048;

/**
 * Patroni's lease lasts for at least 20 seconds. A larger clock difference than this means a broken
 * clock.
 */
const mostSkewMilliseconds = 5000;

/** Why a host cannot run its services. */
export function refusals(
  host: VmHost,
  facts: HostFacts,
  settings: Settings,
  stack: string,
): Problem[] {
  const messages = [
    ...distribution(facts),
    ...owner(facts, settings, stack),
    ...foreignServices(host, facts, settings),
    ...foreignData(facts, settings),
    ...takenPorts(host, facts, settings),
    ...memory(host, facts, settings),
    ...disk(host, facts, settings),
    ...clock(facts),
    ...packages(host, facts, settings),
  ];
  return messages.map((message) => ({ path: `vm.hosts.${host.name}`, message }));
}

function distribution({ distribution: found }: HostFacts): string[] {
  return supported.includes(found)
    ? []
    : [
        `runs ${found || "an unknown system"}; supported are ${supported.join(", ")}` +
          (/^(rhel|rocky|almalinux|centos|fedora|ol|amzn) /.test(found)
            ? ", and support of systems with RPM packages is not planned"
            : ""),
      ];
}

function owner({ owner: found }: HostFacts, settings: Settings, stack: string): string[] {
  if (found === undefined) return [];
  if (found.cluster === settings.clusterName) {
    if (found.stack === stack || isAdopting()) return [];
    return [
      `belongs to the cluster ${found.cluster} of stack ${found.stack}; if that stack is lost ` +
        `or renamed, take its cluster over: ${adoptCommand(stack)}`,
    ];
  }
  return [
    `belongs to the cluster ${found.cluster} of stack ${found.stack}; choose another host, or ` +
      "remove that cluster and then /var/lib/hapg and its data from this one",
  ];
}

const isOurs = ({ owner: found }: HostFacts) => found !== undefined;

function foreignServices(host: VmHost, facts: HostFacts, settings: Settings): string[] {
  const programs = vmPrograms(settings);
  return servicesOn(host, settings).flatMap(({ name, kind }) => {
    const found = facts.services[name];
    if (found === undefined || isOurs(facts)) return [];
    return found.isActive
      ? [`${programs[kind].unit} runs there already; stop and disable it, or choose another host`]
      : [];
  });
}

function foreignData(facts: HostFacts, { restore }: Settings): string[] {
  if (isOurs(facts)) return [];
  const isBackup = (directory: string) => directory.startsWith(`${paths.repositoryData}/`);
  return facts.data
    .filter((directory) => restore === undefined || !isBackup(directory))
    .map(
      (directory) =>
        `${directory} contains data that this program did not create; ` +
        (isBackup(directory) ? "declare hapg:restore to restore from it, " : "") +
        "move it away, or choose another host",
    );
}

function takenPorts(host: VmHost, facts: HostFacts, settings: Settings): string[] {
  const programs = vmPrograms(settings);
  return portsOn(host, settings).flatMap(({ port, service, setting }) => {
    const { unit } = programs[service.kind];
    const holder = facts.listeners.find((one) => one.port === port && one.unit !== unit);
    if (holder === undefined) return [];
    const remedy = setting === undefined ? "stop it" : `stop it, or choose another ${setting}`;
    return [`port ${port}, which ${service.name} needs, is used by ${holder.program}; ${remedy}`];
  });
}

function memory(host: VmHost, facts: HostFacts, settings: Settings): string[] {
  const needed = servicesOn(host, settings).reduce((sum, one) => sum + one.memoryMegabytes, 0);
  return needed <= facts.memoryMegabytes
    ? []
    : [
        `has ${facts.memoryMegabytes} MiB of memory, and its services may take ${needed}; ` +
          "lower the memoryMegabytes of postgres or another service",
      ];
}

function disk(host: VmHost, facts: HostFacts, settings: Settings): string[] {
  const directories = servicesOn(host, settings).flatMap((one) => one.dataDirectory ?? []);
  return directories.flatMap((directory) => {
    const free = facts.freeMegabytes[directory] ?? Infinity;
    // A disk that fills up later is a matter for monitoring, and must not block an update that
    // fixes it.
    const isNew = !facts.data.some((found) => found.startsWith(directory));
    return isNew && free < leastFreeMegabytes
      ? [`has ${free} MiB free for ${directory}; ${leastFreeMegabytes} are needed to begin with`]
      : [];
  });
}

function clock({ skewMilliseconds, isContainer, isSynchronised }: HostFacts): string[] {
  const seconds = (Math.abs(skewMilliseconds) / 1000).toFixed(0);
  if (Math.abs(skewMilliseconds) > mostSkewMilliseconds) {
    return [
      `its clock is ${seconds} s ${skewMilliseconds < 0 ? "behind" : "ahead of"} this ` +
        "machine's; set up a time service such as chrony on both",
    ];
  }
  return isContainer || isSynchronised !== false
    ? []
    : ["no time service synchronizes its clock; install chrony or systemd-timesyncd"];
}

function packages(host: VmHost, facts: HostFacts, settings: Settings): string[] {
  const { packageSource } = settings.vm;
  const programs = vmPrograms(settings);
  const here = servicesOn(host, settings).map(({ kind }) => kind);
  // The packages of PostgreSQL's repository are known only after it is set up.
  if (packageSource === "postgresql" && !isOurs(facts)) return [];
  const newer =
    packageSource === "postgresql" ? "" : "; set vm.packageSource: postgresql for newer ones";
  const remedyOf = (kind: Kind) =>
    catalogue[kind].isExporter === true
      ? "; set monitoring.exporters: false, or use a system with newer packages"
      : newer;
  const major = `postgresql-${settings.postgres.version}`;
  return [
    ...(here.includes("patroni") && facts.packages[major] === "(none)"
      ? [
          `${facts.distribution} has no package ${major}; set another postgres.version, or ` +
            "vm.packageSource: postgresql",
        ]
      : []),
    ...here.flatMap((kind) => {
      const { package: name, version } = programs[kind].atLeast;
      const found = facts.packages[name];
      if (found === undefined) return [];
      const remedy = remedyOf(kind);
      if (found === "(none)") return [`${facts.distribution} has no package ${name}${remedy}`];
      return isAtLeast(found, version)
        ? []
        : [`${name} ${found} is too old, ${version} is the oldest that works${remedy}`];
    }),
  ];
}

/**
 * Why hosts do not go together: pgBackRest talks only to the same version of itself.
 * @param facts by host
 */
export function differentVersions(facts: Map<string, HostFacts>, settings: Settings): Problem[] {
  const { versions, packageSource } = settings.vm;
  if (!settings.backup.enabled || versions.pgbackrest !== undefined) return [];
  const found = [...facts].flatMap(([host, one]) => {
    // As above: what PostgreSQL's repository has is not known yet.
    if (packageSource === "postgresql" && !isOurs(one)) return [];
    const [upstream = ""] = (one.packages.pgbackrest ?? "").split("-");
    return /^\d/.test(upstream) ? [{ host, upstream }] : [];
  });
  const [first] = found;
  const other = found.find(({ upstream }) => upstream !== first?.upstream);
  if (first === undefined || other === undefined) return [];
  return [
    {
      path: "vm.versions.pgbackrest",
      message:
        `${first.host} has pgBackRest ${first.upstream} and ${other.host} ${other.upstream}, ` +
        "which cannot talk to each other; set it to one version that both can install",
    },
  ];
}

/** Compares the epochs, if both matter, and the upstream parts of two Debian versions numerically. */
export function isAtLeast(version: string, least: string): boolean {
  const epoch = (text: string) => Number(/^(\d+):/.exec(text)?.[1] ?? 0);
  if (epoch(version) < epoch(least)) return false;
  const numbers = (text: string) =>
    text
      .replace(/^\d+:/, "")
      .split(/[^\d.]/)[0]
      ?.split(".")
      .map(Number) ?? [];
  const [have, want] = [numbers(version), numbers(least)];
  for (let i = 0; i < want.length; i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
