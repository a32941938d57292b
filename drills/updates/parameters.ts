/** A PostgreSQL parameter that drills change. */
interface TriedParameter {
  name: string;
  /** Values for the stack file, as `SHOW` prints them. */
  values: string[];
  /** What `SHOW` prints if the stack file does not name it. */
  otherwise: string;
}

/** Parameters that a reload applies, and parameters that need a restart (`pg_settings.context`). */
export const triedParameters: TriedParameter[] = [
  { name: "log_min_duration_statement", values: ["250ms", "1234ms", "5s"], otherwise: "-1" },
  { name: "random_page_cost", values: ["1.1", "2"], otherwise: "4" },
  { name: "checkpoint_timeout", values: ["7min", "10min"], otherwise: "5min" },
  { name: "autovacuum_naptime", values: ["30s", "2min"], otherwise: "1min" },
  { name: "max_connections", values: ["110", "120", "130"], otherwise: "100" },
  { name: "max_locks_per_transaction", values: ["80", "96"], otherwise: "64" },
  { name: "max_worker_processes", values: ["9", "12"], otherwise: "8" },
  { name: "track_activity_query_size", values: ["2kB", "4kB"], otherwise: "1kB" },
];
