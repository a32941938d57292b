import { secondLogin } from "../access/logins";
import { systemRole } from "../access/systemRoles";

/** What decides who may log in, from where. */
export interface PgHbaModel {
  /** The cluster's own hosts, as pg_hba.conf addresses. */
  clusterNetworks: string[];
  /** Where clients come from that log in to members directly; they cannot replicate. */
  clientNetworks: string[];
  /** The stack file's own lines; they come before the line for everybody. */
  extra: string[];
  /** Whether clients have to encrypt. */
  clients: "required" | "allowed";
}

/**
 * The lines of pg_hba.conf: passwords by SCRAM only, from the cluster's own networks only, and encrypted. The superuser's
 * come first, before the stack file's own: it logs in where a member runs and nowhere else. An address could not tell
 * who it is: a proxy may be on a member's host, and a published port's clients come from the gateway.
 * Replication has lines of its own because `all` does not cover it, on the loopback addresses too:
 * without those a former primary cannot tell that it has diverged and never rejoins.
 */
export function pgHbaLines({
  clusterNetworks,
  clientNetworks,
  extra,
  clients,
}: PgHbaModel): string[] {
  const loopback = ["127.0.0.1/32", "::1/128"];
  const hosts = [...loopback, ...clusterNetworks];
  // Both logins at all times: a standby that gets to know another one streams on at once.
  const { superuser, replication } = systemRole;
  const replicators = `${replication},${secondLogin(replication)}`;
  const connection = clients === "required" ? "hostssl" : "host";
  return [
    `local all ${superuser} peer`,
    `local replication ${replicators} scram-sha-256`,
    "local all all scram-sha-256",
    ...hosts.map((host) => `hostssl replication ${replicators} ${host} scram-sha-256`),
    ...loopback.map((host) => `hostssl all ${superuser} ${host} scram-sha-256`),
    `host all,replication ${superuser} all reject`,
    ...extra,
    ...[...hosts, ...clientNetworks].map((host) => `${connection} all all ${host} scram-sha-256`),
  ];
}
