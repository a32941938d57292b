import type { Limits } from "../cluster/catalogue";

/** The inputs of a drop-in for a packaged unit. */
export interface UnitModel {
  user: string;
  /** The program, found in the system directories, and its arguments. */
  command: string[];
  reloadSignal?: string | undefined;
  stopSignal: string;
  stopGraceSeconds: number;
  /** `process`: children of the main process survive its death. */
  killMode: "control-group" | "process";
  /** From -1000, never killed for lack of memory, to 1000, killed first. */
  oomScoreAdjust: number;
  openFiles: number;
  environment: Record<string, string>;
  /**
   * Writable directories, with all else read-only; undefined: everything except `/usr` and `/etc`
   * is writable.
   */
  writablePaths: string[] | undefined;
  /** Capabilities that it needs; none for most. */
  capabilities: string[];
  /** Runs as the same user after the service has ended for any reason. */
  afterStop?: string;
  /** Whether it needs devices other than `/dev/null` and the like. */
  needsDevices: boolean;
  /** Socket families that it needs besides IP and Unix sockets; none for most. */
  addressFamilies: string[];
}

/** Socket families that every service needs. */
const everyonesFamilies = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"];

/** System calls that none of the programs needs, by systemd's names for groups of them. */
const refusedCalls = "@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap";

/**
 * A drop-in that changes how a packaged unit runs its program, and sandboxes it. systemd restarts
 * an ended service without a limit; the packages' own limits give up after a few attempts.
 */
export function renderUnit(model: UnitModel): string {
  const { command, reloadSignal, environment, capabilities, addressFamilies } = model;
  return [
    "[Unit]",
    // The package's conditions concern its own configuration.
    "ConditionPathExists=",
    "ConditionFileNotEmpty=",
    "Wants=network-online.target",
    "After=network-online.target",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    "PIDFile=",
    // Root must stay implicit. If a user is named, systemd drops CAP_SETUID after it has set up the
    // system call filters, and Keepalived cannot run its check as another user.
    ...(model.user === "root" ? [] : [`User=${model.user}`, `Group=${model.user}`]),
    "EnvironmentFile=",
    ...Object.entries(environment).map(([name, value]) => `Environment=${name}=${value}`),
    "ExecStartPre=",
    "ExecStart=",
    `ExecStart=${command.map(systemdWord).join(" ")}`,
    "ExecReload=",
    ...(reloadSignal === undefined
      ? []
      : [`ExecReload=/bin/kill -s ${reloadSignal.replace(/^SIG/, "")} $MAINPID`]),
    "ExecStop=",
    ...(model.afterStop === undefined ? [] : [`ExecStopPost=-${model.afterStop}`]),
    `KillSignal=${model.stopSignal}`,
    `KillMode=${model.killMode}`,
    "TimeoutStartSec=90",
    `TimeoutStopSec=${model.stopGraceSeconds}`,
    "Restart=always",
    "RestartSec=1",
    // The exit status of a requested stop must not prevent a restart.
    "RestartPreventExitStatus=",
    `OOMScoreAdjust=${model.oomScoreAdjust}`,
    "OOMPolicy=continue",
    `LimitNOFILE=${model.openFiles}`,
    // A core dump would contain passwords.
    "LimitCORE=0",
    "",
    `CapabilityBoundingSet=${capabilities.join(" ")}`,
    // Root has them anyway.
    ...(model.user === "root" || capabilities.length === 0
      ? []
      : [`AmbientCapabilities=${capabilities.join(" ")}`]),
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "ProtectHome=yes",
    ...fileSystem(model),
    ...(model.needsDevices ? [] : ["PrivateDevices=yes"]),
    "ProtectControlGroups=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelLogs=yes",
    "ProtectHostname=yes",
    `RestrictAddressFamilies=${[...everyonesFamilies, ...addressFamilies].join(" ")}`,
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    `SystemCallFilter=~${refusedCalls}`,
    "SystemCallErrorNumber=EPERM",
    "",
  ].join("\n");
}

/** A unit that no package has. @param unit as {@link renderUnit} returns it */
export const renderOwnUnit = (description: string, unit: string): string =>
  [
    unit.replace("[Unit]\n", `[Unit]\nDescription=${description}\n`),
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");

/**
 * The view of the file system. A program that runs commands of the operator may write wherever its
 * user may, and sees other processes: such a command may need either.
 */
function fileSystem({ writablePaths }: UnitModel): string[] {
  return writablePaths === undefined
    ? ["ProtectSystem=full"]
    : [
        "ProtectSystem=strict",
        `ReadWritePaths=${writablePaths.join(" ")}`,
        "ProtectProc=invisible",
        "UMask=0077",
      ];
}

/** Limits that take effect without a restart. */
export const renderLimits = ({ memoryMegabytes, maximumTasks, cpus }: Limits): string =>
  [
    "[Service]",
    `MemoryMax=${memoryMegabytes}M`,
    "MemorySwapMax=0",
    `TasksMax=${maximumTasks}`,
    ...(cpus === undefined ? [] : [`CPUQuota=${Math.round(cpus * 100)}%`]),
    "",
  ].join("\n");

/** Quotes a word for a command line in a unit. It may contain anything except a line break. */
export const systemdWord = (word: string): string =>
  `"${word
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$")}"`;
