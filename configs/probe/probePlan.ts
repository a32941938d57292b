import type { Settings } from "../settings/schema";

/** The inputs of the probe's plan. */
export interface ProbeModel {
  settings: Settings;
  /** Addresses of the HAProxy and the PgBouncer that it uses. */
  haproxy: string;
  pgbouncer: string;
  /** The login's name; its password is in {@link passfile}. */
  user: string;
  passfile: string;
  ca: string;
  /** Names in certificates, of which a client of its metrics must have one. */
  clients: string[];
}

/** What the probe uses: `programs/probe/probe.py` reads it when it starts. */
export function renderProbePlan(model: ProbeModel): string {
  const { settings, haproxy: router, pgbouncer: pool, user, passfile, ca, clients } = model;
  const { haproxy, pgbouncer, monitoring, tls } = settings;
  const conninfo = (host: string, port: number) =>
    [
      ...[`host=${host}`, `port=${port}`, "dbname=postgres", `user=${user}`],
      ...[`passfile=${passfile}`, "sslmode=verify-full", `sslrootcert=${ca}`],
      // A route to a dead member must not hold up the next attempt.
      ...["connect_timeout=2", "tcp_user_timeout=3000", "keepalives_idle=3"],
      ...["keepalives_interval=1", "keepalives_count=3", "application_name=hapg_probe"],
    ].join(" ");
  const plan = {
    port: monitoring.probePort,
    version: tls.minimumVersion,
    clients,
    endpoints: [
      { name: "write", action: "write", conninfo: conninfo(router, haproxy.writePort) },
      { name: "read", action: "read", conninfo: conninfo(router, haproxy.readPort) },
      { name: "pool", action: "write", conninfo: conninfo(pool, pgbouncer.port) },
    ],
  };
  return `${JSON.stringify(plan, null, 2)}\n`;
}
