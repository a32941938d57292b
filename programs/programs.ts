import { programText } from "./load";
import { compress } from "../configs/compress";

/**
 * One Python program of several files, which may import each other, as one text: it can be piped
 * into an interpreter.
 * @param names modules in the order in which they need each other; the last is the program
 */
export function pythonProgram(...names: string[]): string {
  const modules = names.map((name) => ({ name, text: programText(`${name}.py`) }));
  return [
    "import sys, types",
    ...modules.map(({ name, text }, i) => {
      const namespace =
        i === modules.length - 1
          ? '{"__name__": "__main__", "__doc__": None}'
          : `sys.modules.setdefault("${name}", types.ModuleType("${name}")).__dict__`;
      // A JSON string is one of Python's, too.
      return `exec(compile(${JSON.stringify(text)}, "${name}.py", "exec"), ${namespace})`;
    }),
    "",
  ].join("\n");
}

/**
 * A Python program that unpacks another and becomes it: as short as what is piped into an
 * interpreter, and kept in Pulumi's state for each resource that does so, can be.
 */
const packedPython = (program: string): string =>
  `import base64, gzip\nexec(gzip.decompress(base64.b64decode("${compress(program)}")))\n`;

/** What changes a running cluster from inside a member. */
export const clusterTool = packedPython(
  pythonProgram(
    ...["etcd", "members", "dynamic", "sql", "held", "leading"],
    ...["restarts", "slots", "proof", "cluster"],
  ),
);

/** What gives an update the requests of {@link clusterTool} for another leader. */
export const leaderRequests = programText("switchover/requests.py");

/** A member's readiness check. */
export const memberReady = programText("member-ready.sh");

/**
 * What starts Patroni once it is known who leads. One file: Patroni's own modules have the names of
 * some of its parts.
 */
export const coldStart = pythonProgram(
  ...["etcd", "disk", "divergence", "founding", "notice", "patronictl", "peers"],
  ...["record", "restoring", "verdict", "obstacles", "cold_start"],
);

/** What runs Patroni, and ends PostgreSQL when Patroni fails to: a program and its modules. */
export const guardFiles: { name: string; content: string }[] = [
  "guard.py",
  "boottime.py",
  "fence.py",
  "kernel_watchdog.py",
  "postmaster.py",
  "watchdog.py",
].map((name) => ({ name, content: programText(name) }));

/** Patroni, which tells the guard until when it may lead. */
export const leaseClock = programText("lease_clock.py");

/** PostgreSQL's archive_command and restore_command. */
export const archive = programText("archive.sh");

/** What restores a backup into a member's data directory. */
export const restoreMember = programText("backup/restore_member.py");

/** What runs the repository: a program and its modules. */
export const repositoryFiles: { name: string; content: string }[] = [
  "repository.py",
  "backups.py",
  "control.py",
  "members_sql.py",
  "notes.py",
  "rehearsal.py",
  "schedule.py",
].map((name) => ({ name, content: programText(`backup/${name}`) }));

/** What runs the repository with its report as metrics: a program and its module. */
export const repositoryMetrics: { name: string; content: string }[] = [
  { name: "metrics.py", content: programText("backup/metrics.py") },
  { name: "exposition.py", content: programText("exposition.py") },
];

/** What probes the endpoints: a program and its module. */
export const probeFiles: { name: string; content: string }[] = [
  { name: "probe.py", content: programText("probe/probe.py") },
  { name: "exposition.py", content: programText("exposition.py") },
];

/** What proves that PostgreSQL runs with a member's files after a reload. */
export const reloaded = programText("reloaded.py");

/** What judges patroni.yml, and PostgreSQL's configuration with it, before a member has it. */
export const tryPostgres = programText("try-postgres.py");

/** What judges haproxy.cfg before an HAProxy has it. */
export const tryHaproxy = programText("try-haproxy.sh");

/** What judges pgbouncer.ini before a PgBouncer has it. */
export const tryPgbouncer = programText("try-pgbouncer.sh");

/** What judges keepalived.conf before a Keepalived has it. */
export const tryKeepalived = programText("try-keepalived.sh");

/** What proves that a Keepalived runs with the file that is its argument. */
export const keepalivedReloaded = programText("keepalived-reloaded.sh");

/** What dumps a database of a member. */
export const dumpProgram = packedPython(pythonProgram("transfer", "dump"));

/** What loads such a dump into the primary. */
export const restoreProgram = packedPython(pythonProgram("transfer", "restore"));
