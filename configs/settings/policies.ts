import { z } from "zod";

const policy = (asks: string) => z.enum(["warn", "refuse"]).optional().describe(asks);

/** What an organization asks of a stack. Each policy: left out, a warning, or a refusal. */
export const policiesSettings = z
  .strictObject({
    synchronousReplication: policy(
      "A commit waits for a standby (`patroni.synchronousMode`). `warn`: preview, `up` and `hapg " +
        "plan` warn. `refuse`: `up` is refused. Left out: not asked for. So for all policies.",
    ),
    separateHosts: policy(
      "Three or more members of etcd, an odd number, and at least two of PostgreSQL; no two of " +
        "a kind on one host. Never met on Docker, which is one host.",
    ),
    separateZones: policy(
      "Every host with etcd or PostgreSQL has a zone. No zone has half of etcd's members or more, or all of PostgreSQL's.",
    ),
    twoRoutes: policy(
      "At least two HAProxies and two PgBouncers behind a virtual address (`keepalived`).",
    ),
    backups: policy("Backups are on (`backup.enabled`)."),
    backupsApart: policy("The repository's host has no member of PostgreSQL."),
    protection: policy("`protect` is true."),
    closedPorts: policy(
      "On hosts, `vm.firewall` is true. On Docker, ports listen on this machine or on one private " +
        "address.",
    ),
    encryptedClients: policy("Clients must use TLS (`tls.clients`)."),
    newestTls: policy("`tls.minimumVersion` is 1.3."),
    pinnedVersions: policy(
      "Versions are fixed: `docker.baseImage` by digest; on hosts, patroni, etcd-server, haproxy, " +
        "pgbouncer and PostgreSQL in `vm.versions`.",
    ),
    noPlainTrust: policy("No line of `postgres.hba` lets in without a password or certificate."),
  })
  .prefault({});
