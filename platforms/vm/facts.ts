import { type Disk, parseDisks } from "../disks";
import type { RunningCluster } from "../platform";
import { questions, runningCluster } from "../running";

/** What the survey found on a host. */
export interface HostFacts {
  /** Offset of its clock from this machine's, in milliseconds; negative if it is behind. */
  skewMilliseconds: number;
  /** Distribution and version from its os-release, such as `debian 13`. */
  distribution: string;
  memoryMegabytes: number;
  /** Whether it is a container, which has no kernel and no clock of its own. */
  isContainer: boolean;
  /** Whether a time service synchronizes its clock. */
  isSynchronised: boolean | undefined;
  /** The cluster that it belongs to. */
  owner: { cluster: string; stack: string } | undefined;
  listeners: { port: number; unit: string; program: string }[];
  /** Interfaces by IPv4 address. */
  interfaces: Record<string, string>;
  /** Free space by directory, in MiB. */
  freeMegabytes: Record<string, number>;
  /** Data directories that are in use. */
  data: string[];
  /** What its services' data directories hold. */
  disks: Disk[];
  /** Versions of packages: the installed one, or else the candidate. */
  packages: Record<string, string>;
  /** Its member's view of the running cluster. */
  running: RunningCluster | undefined;
  /** The CAs that its member trusts, as PEM, if the member runs. */
  authority?: string | undefined;
  /** The services of the stack file, and `host` for the host's own settings. */
  services: Record<string, { isActive: boolean; difference: string }>;
}

/**
 * Reads the output of `survey.sh`.
 * @param started when the script was started here, in milliseconds since 1970
 * @param ended when it had ended
 */
export function parseFacts(output: string, started: number, ended: number): HostFacts {
  const lines = output.split("\n").map((line) => line.split("\t"));
  const all = (kind: string) =>
    lines.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const one = (kind: string) => all(kind)[0]?.[0] ?? "";
  const [cluster = "", stack = ""] = one("owner").split(" ");
  return {
    // The host read its clock at an unknown moment of the run: the middle is the best estimate.
    skewMilliseconds: Math.round(Number(one("clock")) - (started + ended) / 2),
    distribution: one("distribution").trim(),
    memoryMegabytes: Number(one("memory")),
    isContainer: one("container") === "yes",
    isSynchronised: { yes: true, no: false }[one("synchronised")],
    owner: cluster === "" ? undefined : { cluster, stack },
    listeners: all("listener").map(([port, unit = "", program = ""]) => ({
      port: Number(port),
      unit,
      program,
    })),
    interfaces: Object.fromEntries(
      all("address").map(([name = "", address = ""]) => [address, name]),
    ),
    freeMegabytes: Object.fromEntries(
      all("free").map(([directory = "", free]) => [directory, Number(free)]),
    ),
    disks: parseDisks(output),
    data: all("data").map(([directory = ""]) => directory),
    packages: Object.fromEntries(
      all("package").flatMap(([name = "", version]) => {
        // An unknown package has no output.
        const known = version === undefined || version === "" ? "(none)" : version;
        return known === "(none)" && one("lists") !== "yes" ? [] : [[name, known]];
      }),
    ),
    authority:
      one("authority") === "" ? undefined : Buffer.from(one("authority"), "base64").toString(),
    running: runningCluster(questions.map(one), one("drift"), Number(one("clock")) / 1000),
    services: Object.fromEntries(
      all("service").map(([name = "", state, difference = ""]) => [
        name,
        { isActive: state === "active", difference },
      ]),
    ),
  };
}
