/** What a drop-in over a packaged unit is made of. */
export interface UnitModel {
  user: string;
  /** The program, found in the system's own directories, and its arguments. */
  command: string[];
  reloadSignal?: string | undefined;
  stopSignal: string;
  stopGraceSeconds: number;
  /** `process`: what the main process has started outlives its death. */
  killMode: "control-group" | "process";
  /** From -1000, never killed for lack of memory, to 1000, killed first. */
  oomScoreAdjust: number;
  openFiles: number;
  environment: Record<string, string>;
  /** Where it may write, with `/usr`, `/etc` and all else read-only; undefined: all but `/usr` and `/etc`. */
  writablePaths: string[] | undefined;
  /** Capabilities that it needs; none for most. */
  capabilities: string[];
  /** Runs as the same user once the service has ended, in whatever way. */
  afterStop?: string;
  /** Whether it needs more devices than `/dev/null` and the like. */
  needsDevices: boolean;
  /** Kinds of sockets that it needs beside those of the network and of this machine; none for most. */
  addressFamilies: string[];
}

/** System calls that none of the programs has a use for, by systemd's names for groups of them. */
const refusedCalls = "@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap";

/**
 * A drop-in that replaces how a packaged unit runs its program, and confines it. A service that ends
 * is started again, for ever: the packages' own limits give up after a few times.
 */
export function renderUnit(model: UnitModel): string {
  const { command, reloadSignal, environment, capabilities, addressFamilies } = model;
  return [
    "[Unit]",
    // The package's conditions are about its own configuration.
    "ConditionPathExists=",
    "ConditionFileNotEmpty=",
    "Wants=network-online.target",
    "After=network-online.target",
    "StartLimitIntervalSec=0",
    "",
    "[Service]",
    "Type=exec",
    "PIDFile=",
    // Root has to go without saying. Where a user is named, systemd takes CAP_SETUID away after it has set
    // up the filters for system calls, and Keepalived cannot run its check as another user.
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
    // An exit status that the program gives when it is asked to stop is no reason to stay away.
    "RestartPreventExitStatus=",
    `OOMScoreAdjust=${model.oomScoreAdjust}`,
    "OOMPolicy=continue",
    `LimitNOFILE=${model.openFiles}`,
    // A core dump would hold passwords.
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
    `RestrictAddressFamilies=${["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", ...addressFamilies].join(" ")}`,
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

/**
 * What a program sees of the file system. One that runs commands of the user's own may write wherever its user
 * may, and sees what runs beside it: such a command may need either.
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
export const renderLimits = (memoryMegabytes: number, maximumTasks: number): string =>
  [
    "[Service]",
    `MemoryMax=${memoryMegabytes}M`,
    "MemorySwapMax=0",
    `TasksMax=${maximumTasks}`,
    "",
  ].join("\n");

/** A word of a command line in a unit, whatever it holds but a line break. */
export const systemdWord = (word: string): string =>
  `"${word
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$")}"`;
