import type { Settings } from "./settings/schema";

/**
 * Most processes and threads of each program but PostgreSQL: far more than it ever has, and far too few
 * to keep a machine from making others.
 */
export const maximumTasks = {
  etcd: 512,
  // A thread a processor core, and for each reload of the last minutes as many again.
  haproxy: 2048,
  pgbouncer: 256,
  keepalived: 256,
} as const;

/** PostgreSQL parameters that each stand for so many processes. */
const processParameters = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "autovacuum_max_workers",
  "autovacuum_worker_slots",
];

/**
 * Most processes and threads of a member: room for Patroni, for what the stack file's own commands start,
 * and for twice as many of PostgreSQL's processes as its parameters allow.
 */
export function memberTasks({ parameters }: Settings["postgres"]): number {
  const processes = processParameters
    .map((name) => Number(parameters[name] ?? 0))
    .filter(Number.isInteger)
    .reduce((sum, number) => sum + number, 0);
  return 2048 + 2 * processes;
}
