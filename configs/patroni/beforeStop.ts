import { paths } from "../cluster/paths";

/**
 * The script that Patroni runs before it stops PostgreSQL. In a planned switchover, while clients
 * wait, the script stops PostgreSQL with the same signal: Patroni checks only once a second whether
 * it has stopped, and would release its lease that much later. At any other time it does nothing.
 *
 * @param version PostgreSQL's major version
 */
export const renderBeforeStop = (version: number): string =>
  [
    "#!/bin/sh",
    "# Not for a note that was left behind.",
    `[ -n "$(find ${paths.handOverNote} -mmin -2 2>/dev/null)" ] || exit 0`,
    `read -r postmaster <${paths.pgData(version)}/postmaster.pid || exit 0`,
    'kill -INT "$postmaster"',
    "# Patroni waits for the rest.",
    "for _ in $(seq 500); do",
    '  kill -0 "$postmaster" 2>/dev/null || exit 0',
    "  sleep 0.02",
    "done",
    "",
  ].join("\n");
