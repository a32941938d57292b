import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { firewallUnit, renderFirewall } from "../../configs/host/firewallNft";
import { catalogue, type Kind } from "../../configs/cluster/catalogue";
import { servicesOn, type VmHost } from "../../configs/cluster/placement";
import { localesOf } from "../../configs/postgres/locales";
import type { Settings } from "../../configs/settings/schema";
import { renderJournaldConf } from "../../configs/host/journaldConf";
import { renderSysctlConf } from "../../configs/host/sysctlConf";
import { shellCommand, withHereDocument } from "../shell";
import type { HostFacts } from "./facts";
import { Installation } from "./installation";
import { vmPrograms } from "./programs";
import { rootScript, scripts } from "./scripts";
import { asRoot } from "./ssh";

/** Arguments of {@link hostInstallation}. */
export interface VmHostArgs {
  host: VmHost;
  /** Its address, if necessary with what gives it. */
  address: pulumi.Input<string>;
  settings: Settings;
  stack: string;
  connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
  /** What is installed; undefined if the host is away. */
  facts: HostFacts | undefined;
}

/**
 * The parts of a host that belong to no single service: packages, kernel parameters, firewall,
 * watchdog.
 */
export function hostInstallation(
  name: string,
  { host, address, settings, stack, connection, facts }: VmHostArgs,
  opts: pulumi.ComponentResourceOptions,
): Installation {
  return new Installation(
    name,
    {
      connection,
      address,
      asRoot: asRoot(settings),
      apply: applyScript(host, settings, stack),
      remove: removeScript(host, settings),
      difference: differenceOf(facts, "host"),
      away: host.away,
      protect: false,
    },
    opts,
  );
}

/** How a host differs from the last update, in words that follow its name. */
export function differenceOf(facts: HostFacts | undefined, service: string): string | undefined {
  const difference = facts?.services[service]?.difference ?? "";
  return difference === "" ? undefined : `${service} ${difference}`;
}

/** A file of the host itself and the action after its change. */
interface HostFile {
  path: string;
  content: string;
  kind: "packages" | "kernel" | "tmpfiles" | "watchdog" | "firewall" | "journal" | "nothing";
}

const put = ({ path, content, kind }: HostFile): string[] =>
  withHereDocument(`put_file ${path} 644 root ${kind}`, content);

/** The program that images are built with, too. */
const addLocales = () => readFileSync(join(__dirname, "..", "..", "images", "add-locales"), "utf8");

function applyScript(host: VmHost, settings: Settings, stack: string): string {
  const { packages, units } = softwareOn(host, settings);
  return rootScript(host.name, scripts("files.sh", "packages.sh", "host.sh"), [
    "begin host",
    `echo '${settings.clusterName} ${stack}' >"$state/owner"`,
    ...packageFiles(host, settings).flatMap(put),
    ...(settings.vm.packageSource === "postgresql"
      ? [shellCommand(["add_postgresql_repository", settings.vm.postgresqlRepository])]
      : []),
    // Installed packages get another version in their member's turn.
    `for package in ${packages.join(" ")}; do is_installed "\${package%%=*}" || ` +
      `missing="\${missing-} $package"; done`,
    `[ -z "\${missing-}" ] || install_packages '${units.join(" ")}' $missing`,
    ...(runs(host, settings, "patroni", "repository")
      ? [
          "add_time_zones",
          shellCommand(["make_locales", addLocales(), ...localesOf(settings.postgres)]),
        ]
      : []),
    ...hostFiles(host, settings).flatMap(put),
    "finish_host",
  ]);
}

const removeScript = (host: VmHost, settings: Settings): string =>
  rootScript(host.name, scripts("files.sh", "host.sh"), [
    "owner=host",
    shellCommand([
      "remove_host",
      ...softwareOn(host, settings).packages.map((one) => one.replace(/=.*/, "")),
    ]),
  ]);

/** Packages, with the requested versions, and units of a host's services. */
function softwareOn(host: VmHost, settings: Settings): { packages: string[]; units: string[] } {
  const programs = vmPrograms(settings);
  const here = servicesOn(host, settings).map(({ kind }) => programs[kind]);
  const nft = settings.vm.firewall ? ["nftables"] : [];
  return {
    packages: versioned([...new Set([...here.flatMap((one) => one.packages), ...nft])], settings),
    units: here.map(({ unit }) => unit),
  };
}

/** Packages with the versions that the stack file requests. */
export const versioned = (packages: string[], { vm }: Settings): string[] =>
  packages.map((name) => {
    const version = vm.versions[name];
    return version === undefined ? name : `${name}=${version}`;
  });

const runs = (host: VmHost, settings: Settings, ...kinds: Kind[]) =>
  servicesOn(host, settings).some(({ kind }) => kinds.includes(kind));

/** Must exist before the packages are installed. */
function packageFiles(host: VmHost, settings: Settings): HostFile[] {
  if (!runs(host, settings, "patroni", "repository")) return [];
  return [
    {
      path: "/etc/postgresql-common/createcluster.conf",
      content: "# Patroni makes the cluster, not the package.\ncreate_main_cluster = false\n",
      kind: "packages",
    },
  ];
}

/**
 * Ubuntu restarts services whose libraries were upgraded, at night and on all hosts at once. The
 * file is Perl.
 */
const needrestartConf = (settings: Settings): string =>
  [
    "# Only an update of hapg restarts its services.",
    ...Object.entries(vmPrograms(settings))
      // A host's file stays as it is without exporters.
      .filter(([kind]) => {
        const { isExporter, count } = catalogue[kind as Kind];
        return isExporter !== true || count(settings) > 0;
      })
      .map(([, { unit }]) => `$nrconf{override_rc}{qr(^${unit.replaceAll(".", "\\.")}$)} = 0;`),
    "1;",
    "",
  ].join("\n");

/** What the host keeps of its journal; without a setting, its own rule stays. */
function journalFiles({ vm: { journal } }: Settings): HostFile[] {
  const content = renderJournaldConf(journal);
  if (content === undefined) return [];
  return [{ path: "/etc/systemd/journald.conf.d/hapg.conf", content, kind: "journal" }];
}

function hostFiles(host: VmHost, settings: Settings): HostFile[] {
  const { firewall, watchdog } = settings.vm;
  const isMember = runs(host, settings, "patroni");
  const rules = "/etc/hapg/firewall.nft";
  return [
    {
      path: "/etc/needrestart/conf.d/hapg.conf",
      content: needrestartConf(settings),
      kind: "nothing",
    },
    ...journalFiles(settings),
    ...(runs(host, settings, "etcd", "patroni")
      ? [
          {
            path: "/etc/sysctl.d/60-hapg.conf",
            content: renderSysctlConf(settings, { isMember }),
            kind: "kernel" as const,
          },
        ]
      : []),
    ...(isMember
      ? [
          {
            path: "/etc/tmpfiles.d/hapg-kernel.conf",
            // Compaction for transparent huge pages stalls processes that share as much memory as
            // these.
            content: "w /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise\n",
            kind: "kernel" as const,
          },
        ]
      : []),
    ...(runs(host, settings, "patroni", "pgbouncer")
      ? [
          {
            path: "/etc/tmpfiles.d/hapg.conf",
            content: "d /run/postgresql 2775 postgres postgres -\n",
            kind: "tmpfiles" as const,
          },
        ]
      : []),
    ...(isMember && watchdog !== "off"
      ? [
          {
            path: "/etc/modules-load.d/hapg.conf",
            content: "softdog\n",
            kind: "watchdog" as const,
          },
          {
            path: "/etc/udev/rules.d/60-hapg.rules",
            content: 'KERNEL=="watchdog", OWNER="postgres", GROUP="postgres", MODE="0600"\n',
            kind: "watchdog" as const,
          },
        ]
      : []),
    ...(firewall
      ? [
          { path: rules, content: renderFirewall(host, settings), kind: "firewall" as const },
          {
            path: "/etc/systemd/system/hapg-firewall.service",
            content: firewallUnit(rules),
            kind: "firewall" as const,
          },
        ]
      : []),
  ];
}
