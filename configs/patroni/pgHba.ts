import { secondLogin } from "../access/logins";
import { systemRole } from "../access/systemRoles";

/** What determines who may log in from which address. */
export interface PgHbaModel {
  /** The cluster's own hosts, as pg_hba.conf addresses. */
  clusterNetworks: string[];
  /** Sources of clients that log in to members directly; they cannot replicate. */
  clientNetworks: string[];
  /** The stack file's own lines; they precede the general line. */
  extra: string[];
  /** Whether clients must encrypt. */
  clients: "required" | "allowed";
}

/**
 * The lines of pg_hba.conf: passwords by SCRAM only, from the cluster's own networks only, and
 * encrypted. The superuser's lines precede the stack file's own: it logs in only on a member
 * itself. An address does not prove that, because a proxy may be on a member's host, and clients of
 * a published port come from the gateway. Replication has separate lines because `all` does not
 * include it, also for the loopback addresses: without those a former primary cannot detect that it
 * has diverged and never rejoins.
 */
export function pgHbaLines({
  clusterNetworks,
  clientNetworks,
  extra,
  clients,
}: PgHbaModel): string[] {
  const loopback = ["127.0.0.1/32", "::1/128"];
  const hosts = [...loopback, ...clusterNetworks];
  // Both logins at all times: a standby that gets another one continues to stream.
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
