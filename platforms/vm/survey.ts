import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kind } from "../../configs/cluster/catalogue";
import { paths } from "../../configs/cluster/paths";
import { servicesOn, type VmHost, vmHosts } from "../../configs/cluster/placement";
import type { Problem } from "../../configs/settings/problem";
import type { Settings } from "../../configs/settings/schema";
import { type Disk, keptDataScript } from "../disks";
import type { Platform, RunningCluster } from "../platform";
import { Obstacle } from "../obstacle";
import { askForDrift, askMember } from "../running";
import { shellCommand } from "../shell";
import { type HostFacts, parseFacts } from "./facts";
import { findHostKeys } from "./hostKeys";
import { type Ending, runAll } from "../parallel";
import { vmPrograms } from "./programs";
import { differentVersions, refusals } from "./refusals";
import { asRoot, type HostKeys, sshAddressOf, sshCommand, writeSshFiles } from "./ssh";
import { scripts } from "./scripts";
import { isUnknownHost } from "./unknownHost";

/** The result of the survey of all hosts. */
export interface Findings {
  keys: HostKeys;
  /** Facts by host; those that are away, or that a preview does not know, are left out. */
  facts: Map<string, HostFacts>;
}

/**
 * Inspects all hosts in parallel for obstacles that would make an update fail half-way, and for
 * manual changes. Nothing is changed.
 * @throws {Obstacle} with all problems of all hosts, each with its remedy
 */
export function survey(settings: Settings, stack: string): Findings {
  const { keys, problems: unknownKeys } = findHostKeys(settings);
  refuse(unknownKeys);
  const present = vmHosts(settings).filter((host) => !host.away && !isUnknownHost(host, settings));
  const endings = onHosts(present, settings, keys, (host) => surveyScript(host, settings));
  const facts = new Map<string, HostFacts>();
  const problems: Problem[] = [];
  for (const [i, host] of present.entries()) {
    const ending = endings[i];
    if (ending === undefined) continue;
    const unreachable = whyUnreachable(host, settings, ending);
    if (unreachable !== undefined) problems.push(unreachable);
    else facts.set(host.name, parseFacts(ending.output, ending.started, ending.ended));
  }
  for (const host of present) {
    const found = facts.get(host.name);
    if (found !== undefined) problems.push(...refusals(host, found, settings, stack));
  }
  problems.push(...differentVersions(facts, settings));
  refuse(problems);
  return { keys, facts };
}

/**
 * The running cluster as reported by the first host that knows the leader, or else by the first
 * that knows the cluster.
 */
export function runningOn({ facts }: Findings): RunningCluster | undefined {
  const all = [...facts.values()].map(({ running }) => running);
  return (
    all.find((running) => running?.leader !== undefined) ?? all.find((one) => one !== undefined)
  );
}

/** The CAs that the running members trust, as PEM. */
export const authoritiesOn = ({ facts }: Findings): string[] =>
  [...facts.values()].flatMap(({ authority }) => authority ?? []);

/** Data of the hosts' services. */
export const disksOn = ({ facts }: Findings): Disk[] =>
  [...facts.values()].flatMap(({ disks }) => disks);

function refuse(problems: Problem[]): void {
  if (problems.length === 0) return;
  throw new Obstacle(
    [
      "The hosts do not meet the requirements; nothing was changed.",
      ...problems.map(({ path, message }) => `${path}: ${message}`),
    ].join("\n  "),
  );
}

/** The functions with which `survey.sh` asks the member and the PostgreSQL on its host. */
export const askMemberFunctions = (settings: Settings) =>
  [
    `ask_member() ${askMember()}`,
    `member_authority() { base64 -w0 ${paths.caOf(paths.patroniConfig)} 2>/dev/null; }`,
    `member_drift() { ${askForDrift(settings, ["runuser", "-u", "postgres", "--"])}; }`,
  ].join("\n");

/** The packages of a service whose versions are surveyed. */
const surveyedPackages = (kind: Kind, settings: Settings): string[] => [
  vmPrograms(settings)[kind].atLeast.package,
  ...(kind === "patroni" ? [`postgresql-${settings.postgres.version}`] : []),
];

/** The versions of each service's packages after the update, as `versions` of a platform. */
export const versionsOn = ({ facts }: Findings, settings: Settings): Platform["versions"] =>
  Object.fromEntries(
    vmHosts(settings).flatMap((host) => {
      const found = facts.get(host.name);
      if (found === undefined) return [];
      return servicesOn(host, settings).map(({ name, kind }) => [
        name,
        Object.fromEntries(
          surveyedPackages(kind, settings).flatMap((one) => {
            const version = settings.vm.versions[one] ?? found.packages[one];
            return version === undefined || version === "(none)" ? [] : [[one, version]];
          }),
        ),
      ]);
    }),
  );

function surveyScript(host: VmHost, settings: Settings): string {
  const programs = vmPrograms(settings);
  const services = servicesOn(host, settings);
  const packages = services.flatMap(({ kind }) => surveyedPackages(kind, settings));
  const units = services.map(({ name, kind }) => `${name}:${programs[kind].unit}`);
  const directories = services.flatMap(({ dataDirectory }) => dataDirectory ?? []);
  const kept = services.flatMap(({ name, dataDirectory: directory }) =>
    directory === undefined ? [] : [shellCommand(["kept_data", name, directory])],
  );
  const call = shellCommand([
    ...["survey", ...new Set([paths.postgresData, paths.etcdData, ...directories]), "--"],
    ...[...packages, "--"],
    ...["host:-", ...units],
  ]);
  const lines = [
    scripts("survey.sh"),
    keptDataScript(),
    askMemberFunctions(settings),
    call,
    ...kept,
  ];
  return `{\n${lines.join("\n")}\n} </dev/null\n`;
}

/** Runs a script as root on several hosts in parallel. */
export function onHosts(
  hosts: VmHost[],
  settings: Settings,
  keys: HostKeys,
  scriptFor: (host: VmHost) => string,
): Ending[] {
  const folder = mkdtempSync(join(tmpdir(), "hapg-ssh-"));
  try {
    writeSshFiles(folder, settings, keys);
    return runAll(
      hosts.map((host) => ({
        words: [
          ...sshCommand(host, settings, folder),
          shellCommand([...asRoot(settings), "sh", "-s"]),
        ],
        input: scriptFor(host),
      })),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Turns an error of ssh or sudo into a problem with a remedy. */
export function whyUnreachable(
  host: VmHost,
  settings: Settings,
  { status, errors }: Ending,
): Problem | undefined {
  if (status === 0) return undefined;
  const path = `vm.hosts.${host.name}`;
  const { user, port } = settings.vm.ssh;
  const where = `${user}@${sshAddressOf(host)}, port ${port}`;
  const last = errors.trim().split("\n").at(-1)?.trim() ?? "";
  const said = (pattern: RegExp) => pattern.test(errors);
  if (said(/^no answer within/m)) {
    return {
      path,
      message: `${where} hangs (${last}); repair it, or set away: true to leave it unchanged for now`,
    };
  }
  if (status === null) {
    return {
      path,
      message: `the ssh client could not be started (${last}); install openssh-client`,
    };
  }
  if (said(/host key verification failed|identification has changed/i)) {
    return {
      path: `${path}.hostKey`,
      message:
        `${where} has a different host key: another machine answers, or the host was replaced; ` +
        "if it was replaced, set its new key",
    };
  }
  if (said(/^sudo:|: sudo: /m) || said(/is not in the sudoers file/)) {
    return {
      path,
      message:
        `${user} may not become root without a password on ${host.name} (${last}); add ` +
        `\`${user} ALL=(ALL) NOPASSWD: ALL\` to a file in /etc/sudoers.d, or log in as root`,
    };
  }
  if (said(/incorrect passphrase|bad passphrase|passphrase supplied/i)) {
    return {
      path: "vm.ssh",
      message:
        "the private key is locked by a passphrase; add it to the SSH agent and leave out " +
        "privateKeyFile, or use a key without one",
    };
  }
  if (said(/permission denied|too many authentication failures/i)) {
    return {
      path: "vm.ssh",
      message:
        `${where} refuses the key; add its public half to ~${user}/.ssh/authorized_keys there, ` +
        "or set vm.ssh.privateKeyFile",
    };
  }
  if (status === 255) {
    return {
      path,
      message:
        `${where} cannot be reached (${last}); repair the connection, or set away: true to ` +
        "leave the host unchanged for now",
    };
  }
  return { path, message: `looking at ${host.name} failed with status ${status}: ${last}` };
}
