import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) =>
  readFileSync(join(__dirname, "..", "configs", "scripts", file), "utf8");

/** What changes a running cluster from inside a member. */
export const clusterTool = read("cluster.py");

/** What runs Patroni, and ends PostgreSQL when Patroni fails to. */
export const guard = read("guard.py");

/** What proves that PostgreSQL runs with a member's files after a reload. */
export const reloaded = read("reloaded.py");

/** What judges patroni.yml, and PostgreSQL's configuration with it, before a member has it. */
export const tryPostgres = read("try-postgres.py");

/** What judges haproxy.cfg before an HAProxy has it. */
export const tryHaproxy = read("try-haproxy.sh");

/** What judges pgbouncer.ini before a PgBouncer has it. */
export const tryPgbouncer = read("try-pgbouncer.sh");
