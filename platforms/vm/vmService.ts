import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { VmHost } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import { renderLimits, renderOwnUnit, renderUnit } from "../../configs/host/systemdUnit";
import { also } from "../dependsOn";
import { onlyIf } from "../difference";
import type { Service } from "../platform";
import { packedScript, shellCommand, shellWord, withHereDocument } from "../shell";
import type { HostFacts } from "./facts";
import { asUser } from "./inService";
import { Installation } from "./installation";
import { vmPrograms, type VmProgram } from "./programs";
import { removalSteps, rootScript, scripts } from "./scripts";
import { asRoot } from "./ssh";
import { differenceOf, versioned } from "./vmHost";

/** Arguments of {@link serviceInstallation}. */
export interface VmServiceArgs {
  service: Service;
  host: VmHost;
  /** Address of the host, if necessary with what gives it. */
  address: pulumi.Input<string>;
  settings: Settings;
  connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
  /** What is installed; undefined if the host is away. */
  facts: HostFacts | undefined;
}

/** One service as a systemd unit of a host. The resource is created once the service is ready. */
export function serviceInstallation(
  name: string,
  args: VmServiceArgs,
  opts: pulumi.ComponentResourceOptions,
): Installation {
  const { service, host, address, settings, connection, facts } = args;
  const program = vmPrograms(settings)[service.kind];
  const permitted = permissions(name, args, opts);
  const contents = pulumi.all(service.files.map(({ content }) => pulumi.output(content)));
  return new Installation(
    name,
    {
      connection,
      address,
      asRoot: asRoot(settings),
      apply: contents.apply((texts) =>
        packedScript(applyScript(service, program, host, settings, texts)),
      ),
      remove: rootScript(
        host.name,
        scripts("files.sh", "service.sh"),
        removalSteps(service.name, program.unit),
      ),
      difference: differenceOf(facts, service.name),
      away: host.away,
      protect: settings.protect && service.dataDirectory !== undefined,
    },
    { ...opts, dependsOn: also(opts.dependsOn, ...permitted) },
  );
}

/** Grants the service's permissions of this update before it starts. */
function permissions(
  name: string,
  { service, host, settings, connection }: VmServiceArgs,
  opts: pulumi.ComponentResourceOptions,
): command.remote.Command[] {
  const { user } = vmPrograms(settings)[service.kind];
  return (service.permissions ?? []).map(({ name: what, path, isGiven }) => {
    const words = [...asRoot(settings), "install", "-m", "600", "-o", user, "/dev/null", path];
    const once = onlyIf(isGiven && !host.away);
    return new command.remote.Command(
      `${name}-${what}`,
      {
        connection,
        create: isGiven && !host.away ? shellCommand(words) : ":",
        triggers: once.triggers,
        addPreviousOutputInEnv: false,
      },
      {
        ...(opts.parent === undefined ? {} : { parent: opts.parent }),
        ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
        ignoreChanges: [
          ...(once.options.ignoreChanges ?? []),
          ...(host.away ? ["connection"] : []),
        ],
        ...(host.away ? { retainOnDelete: true } : {}),
      },
    );
  });
}

function applyScript(
  service: Service,
  program: VmProgram,
  host: VmHost,
  settings: Settings,
  contents: string[],
): string {
  const dropIns = `/etc/systemd/system/${program.unit}.d`;
  const changes = renderUnit({
    ...program,
    openFiles: openFilesOf(service, program),
    command: service.command,
    reloadSignal: service.reloadSignal,
    stopSignal: service.stopSignal ?? "SIGTERM",
    stopGraceSeconds: service.stopGraceSeconds,
    environment: program.environment ?? {},
  });
  const [unitFile, unit] =
    program.ownUnit === undefined
      ? [`${dropIns}/hapg.conf`, changes]
      : [`/etc/systemd/system/${program.unit}`, renderOwnUnit(program.ownUnit, changes)];
  const { command: check, timeoutSeconds } = service.readiness;
  return rootScript(host.name, scripts("files.sh", "packages.sh", "service.sh"), [
    handOver(service, program),
    `reloaded() { (cd / && ${shellCommand(asUser(program.user, service.reloaded ?? ["true"]))}); }`,
    `begin ${service.name}`,
    shellCommand(["install_packages", program.unit, ...versioned(program.packages, settings)]),
    ...withHereDocument(`put_file ${unitFile} 644 root restart`, unit),
    ...withHereDocument(
      `put_file ${dropIns}/hapg-limits.conf 644 root limits`,
      renderLimits(service),
    ),
    ...service.files.flatMap(({ path, mode, onChange }, i) =>
      withHereDocument(
        `put_file ${shellWord(path)} ${(mode ?? 0o640).toString(8)} ${program.user} ${onChange}`,
        contents[i] ?? "",
      ),
    ),
    ...(program.ownUnit === undefined || service.dataDirectory === undefined
      ? []
      : [shellCommand(["take_data", service.dataDirectory, program.user])]),
    ...(program.links ?? []).map(({ path, target, user }) =>
      shellCommand(["put_link", path, target, user]),
    ),
    shellCommand(["finish_service", program.unit, program.user, String(timeoutSeconds), ...check]),
  ]);
}

/** Most open files of a service's processes. */
export const openFilesOf = (service: Service, { openFiles }: VmProgram): number =>
  service.kind === "keepalived" ? openFiles : Math.max(openFiles, service.openFiles);

/** The function that `service.sh` calls before it stops a running service. */
const handOver = ({ handOver: words }: Service, { user }: VmProgram): string =>
  `hand_over() { ${words === undefined ? ":" : `(cd / && ${shellCommand(asUser(user, words))})`}; }`;
