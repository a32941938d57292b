import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", file), "utf8");

/**
 * One Python program of several files, which may import each other, as one text: it can be piped
 * into an interpreter.
 * @param names modules in the order in which they need each other; the last is the program
 */
export function pythonProgram(...names: string[]): string {
  const modules = names.map((name) => ({ name, text: read(`${name}.py`) }));
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

/** What changes a running cluster from inside a member. */
export const clusterTool = pythonProgram(
  ...["etcd", "members", "dynamic", "sql", "leading", "restarts", "slots", "proof", "cluster"],
);

/** A member's readiness check. */
export const memberReady = read("member-ready.sh");

/** What starts Patroni once it is known who leads. One file: Patroni's own modules have the names of some of its parts. */
export const coldStart = pythonProgram(
  ...["etcd", "disk", "divergence", "peers", "verdict", "obstacles", "cold_start"],
);

/** What runs Patroni, and ends PostgreSQL when Patroni fails to: a program and its modules. */
export const guardFiles: { name: string; content: string }[] = [
  "guard.py",
  "boottime.py",
  "fence.py",
  "kernel_watchdog.py",
  "postmaster.py",
  "watchdog.py",
].map((name) => ({ name, content: read(name) }));

/** Patroni, which tells the guard until when it may lead. */
export const leaseClock = read("lease_clock.py");

/** What proves that PostgreSQL runs with a member's files after a reload. */
export const reloaded = read("reloaded.py");

/** What judges patroni.yml, and PostgreSQL's configuration with it, before a member has it. */
export const tryPostgres = read("try-postgres.py");

/** What judges haproxy.cfg before an HAProxy has it. */
export const tryHaproxy = read("try-haproxy.sh");

/** What judges pgbouncer.ini before a PgBouncer has it. */
export const tryPgbouncer = read("try-pgbouncer.sh");

/** What judges keepalived.conf before a Keepalived has it. */
export const tryKeepalived = read("try-keepalived.sh");

/** What proves that a Keepalived runs with the file that is its argument. */
export const keepalivedReloaded = read("keepalived-reloaded.sh");
