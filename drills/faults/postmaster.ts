import { paths } from "../../configs/cluster/paths";

/**
 * A shell script that sends a signal to PostgreSQL where it runs: SIGKILL only to its first
 * process, which ends the others; any other signal to all of them.
 */
export function postmasterSignal(major: number, signal: string): string {
  const first = `pid=$(head -n 1 ${paths.pgData(major)}/postmaster.pid)`;
  return signal === "KILL"
    ? `${first}; kill -s KILL "$pid"`
    : `${first}; kill -s ${signal} "$pid" $(ps -o pid= --ppid "$pid")`;
}
