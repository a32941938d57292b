import type { Settings } from "./settings/schema";
import { paths } from "./paths";
export interface PgbouncerModel {
  pgbouncer: Settings["pgbouncer"];
  haproxies: string[];
  writePort: number;
  readPort: number;
  databases: string[];
}
export function renderPgbouncerIni(m: PgbouncerModel): string {
  const host = m.haproxies.join(",");
  return ["[databases]",
    `pgbouncer_lookup_write = host=${host} port=${m.writePort} dbname=postgres`,
    `pgbouncer_lookup_read = host=${host} port=${m.readPort} dbname=postgres`,
    ...m.databases.flatMap((d) => [`"${d}" = host=${host} port=${m.writePort} auth_dbname=pgbouncer_lookup_write`, `"${d}_ro" = host=${host} port=${m.readPort} dbname='${d}' auth_dbname=pgbouncer_lookup_read`]),
    `* = host=${host} port=${m.writePort} auth_dbname=pgbouncer_lookup_write`,
    "[pgbouncer]", `listen_addr = *`, `listen_port = ${m.pgbouncer.port}`, "auth_type = scram-sha-256", `auth_file = ${paths.pgbouncerUserlist}`, "auth_user = pgbouncer",
    "auth_query = SELECT * FROM pgbouncer.user_lookup($1)", `pool_mode = ${m.pgbouncer.poolMode}`, `max_client_conn = ${m.pgbouncer.maxClientConnections}`, `default_pool_size = ${m.pgbouncer.poolSize}`,
    `max_prepared_statements = ${m.pgbouncer.maxPreparedStatements}`, "server_login_retry = 1", "unix_socket_dir = /tmp", "ignore_startup_parameters = extra_float_digits", "",
  ].join("\n");
}
export const renderUserlist = (users: { name: string; password: string }[]) => users.map((u) => `"${u.name}" "${u.password}"\n`).join("");
