import { countInZone, type VmHost, vmHosts, zonesOf } from "../cluster/placement";
import type { Kind } from "../cluster/catalogue";
import { namesOf, planOf } from "../cluster/plan";
import { isPrivate } from "./privateAddress";
import type { Problem } from "../settings/problem";
import type { Settings } from "../settings/schema";

/** The name of a policy, as in the settings. */
export type PolicyId = keyof Settings["policies"];

/** A policy that the settings ask for and do not meet: its path, and what to change. */
export interface Violation extends Problem {
  severity: "warn" | "refuse";
}

/** Why settings do not meet a policy, each a text; none if they do. */
type Check = (settings: Settings) => string[];

const unless = (isMet: boolean, message: string): string[] => (isMet ? [] : [message]);

const checks: Record<PolicyId, Check> = {
  synchronousReplication: ({ patroni }) =>
    unless(
      patroni.synchronousMode !== "off",
      "a failover can lose acknowledged commits; set patroni.synchronousMode to on",
    ),
  separateHosts: (settings) => [
    ...unless(
      settings.etcd.members >= 3 && settings.etcd.members % 2 === 1,
      `etcd.members is ${settings.etcd.members}; set it to 3 or 5`,
    ),
    ...unless(settings.postgres.members >= 2, "postgres.members is 1; set it to 2 or more"),
    ...(settings.platform === "docker"
      ? ["all services run on one Engine; use platform: vm"]
      : (["etcd", "patroni"] as const).flatMap((kind) => shared(kind, settings))),
  ],
  separateZones: (settings) => {
    if (settings.platform === "docker") return ["Docker has no zones; use platform: vm"];
    const voters = new Set([...hostsOf("etcd", settings), ...hostsOf("patroni", settings)]);
    const without = vmHosts(settings).filter(
      ({ name, zone }) => zone === undefined && voters.has(name),
    );
    if (without.length > 0) return [`no zone: ${namesIn(without)}; set vm.hosts.NAME.zone`];
    return zonesOf(settings).flatMap((zone) => [
      ...unless(
        countInZone(zone, "etcd", settings) * 2 < settings.etcd.members,
        `zone ${zone} has half of etcd's members or more: the loss of the zone stops the cluster`,
      ),
      ...unless(
        countInZone(zone, "patroni", settings) < settings.postgres.members,
        `zone ${zone} has all members of PostgreSQL`,
      ),
    ]);
  },
  twoRoutes: ({ haproxy, pgbouncer, keepalived }) => [
    ...unless(haproxy.instances >= 2, "haproxy.instances is 1; set it to 2 or more"),
    ...unless(pgbouncer.instances >= 2, "pgbouncer.instances is 1; set it to 2 or more"),
    ...unless(
      keepalived.virtualAddress !== undefined,
      "clients know one host's address; set keepalived.virtualAddress",
    ),
  ],
  backups: ({ backup }) => unless(backup.enabled, "there are no backups; set backup.enabled"),
  backupsApart: (settings) => {
    if (!settings.backup.enabled) return ["there are no backups; set backup.enabled"];
    if (settings.platform === "docker")
      return ["the repository is on the members' Engine; use platform: vm"];
    const members = new Set(hostsOf("patroni", settings));
    return hostsOf("repository", settings)
      .filter((host) => members.has(host))
      .map(
        (host) =>
          `${host} has a member and the repository: with it, backups are lost too; move repository1`,
      );
  },
  protection: ({ protect }) =>
    unless(protect, "an update or `down` may remove a member's data; set protect"),
  closedPorts: ({ platform, vm, docker: { publishAddress } }) =>
    platform === "vm"
      ? unless(vm.firewall, "anybody who reaches the hosts reaches all ports; set vm.firewall")
      : unless(
          isPrivate(publishAddress),
          `docker.publishAddress is ${publishAddress}; choose a private address of this machine`,
        ),
  encryptedClients: ({ tls }) =>
    unless(tls.clients === "required", "tls.clients is allowed; set it to required"),
  newestTls: ({ tls }) =>
    unless(tls.minimumVersion === "1.3", "tls.minimumVersion is 1.2; set it to 1.3"),
  pinnedVersions: ({ platform, vm, docker, postgres }) => {
    if (platform === "docker")
      return unless(
        docker.baseImage.includes("@sha256:"),
        `docker.baseImage is ${docker.baseImage}; add @sha256: and its digest`,
      );
    const pinned = [
      "etcd-server",
      "patroni",
      `postgresql-${postgres.version}`,
      "haproxy",
      "pgbouncer",
    ];
    const missing = pinned.filter((name) => vm.versions[name] === undefined);
    return unless(missing.length === 0, `vm.versions does not have ${missing.join(", ")}`);
  },
  noPlainTrust: ({ postgres }) =>
    postgres.hba
      .filter((line) => /\strust(\s|$)/.test(line))
      .map((line) => `postgres.hba: ${line} asks for no password; use scram-sha-256 or cert`),
};

/** What the settings ask for and do not meet. */
export const violationsOf = (settings: Settings): Violation[] =>
  (Object.keys(checks) as PolicyId[]).flatMap((policy) => {
    const severity = settings.policies[policy];
    return severity === undefined
      ? []
      : checks[policy](settings).map((message) => ({
          path: `policies.${policy}`,
          severity,
          message,
        }));
  });

/** The line about a violation, which names the setting that asks. */
export const violationText = ({ path, message }: Violation): string => `${path}: ${message}`;

const hostsOf = (kind: Kind, settings: Settings): string[] =>
  planOf(settings).flatMap((one) =>
    one.kind === kind && one.host !== undefined ? [one.host] : [],
  );

function shared(kind: "etcd" | "patroni", settings: Settings): string[] {
  const hosts = hostsOf(kind, settings);
  const twice = [...new Set(hosts.filter((host, i) => hosts.indexOf(host) !== i))];
  return twice.map((host) => {
    const names = namesOf(kind, settings).filter((_, i) => hosts[i] === host);
    return `${host} runs ${names.join(" and ")}; move one to another host`;
  });
}

const namesIn = (hosts: VmHost[]): string => hosts.map(({ name }) => name).join(", ");
