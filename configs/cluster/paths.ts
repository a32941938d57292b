/** Paths of files on every platform, in Debian's layout. */
export const paths = {
  /** The CAs that a service trusts, in its configuration directory. */
  caOf: (configDirectory: string) => `${configDirectory}/ca.pem`,
  /** A service's private key and certificate in one file, so that they change together. */
  identityOf: (configDirectory: string) => `${configDirectory}/identity.pem`,
  etcdConfig: "/etc/etcd",
  etcdEnv: "/etc/etcd/etcd.env",
  /** Client URLs of the other members, comma-separated; read when the member starts. */
  etcdPeers: "/etc/etcd/peers",
  /** Private key and certificate of etcd's operator. */
  etcdOperator: "/etc/etcd/operator.pem",
  /** Wrapper of etcdctl that uses them. */
  etcdCtl: "/etc/etcd/ctl",
  /** This member's admission to the cluster: a random token, different for each new member. */
  etcdAdmission: "/etc/etcd/admission",
  /** The used admission: the member has had its vote since. */
  etcdAdmitted: "/var/lib/etcd/admitted",
  /** Starts the member. */
  etcdStart: "/etc/etcd/start",
  /** The primary's key, and the members of PostgreSQL on the same host. */
  etcdNeighbours: "/etc/etcd/neighbours",
  /** Moves etcd's leadership to another member while one of these is the primary. */
  etcdYieldLeadership: "/etc/etcd/give-way",
  /** The member's readiness check. */
  etcdReady: "/etc/etcd/ready",
  etcdData: "/var/lib/etcd",
  /**
   * Permission to found a cluster: an empty file that an update creates and the start script
   * removes.
   */
  etcdFoundingPermission: "/var/lib/etcd/founding-permitted",
  /**
   * Permission to form a cluster of this member alone, from its data if it has any. Used in the
   * same way.
   */
  etcdRebuildPermission: "/var/lib/etcd/rebuild-permitted",
  /** Why the start script waits; exists only during the wait. */
  etcdWaiting: "/var/lib/etcd/waiting",
  /** Exists from the start of etcd on existing data until it answers. */
  etcdStarting: "/var/lib/etcd/starting",
  patroniConfig: "/etc/patroni",
  patroniYml: "/etc/patroni/patroni.yml",
  /** Prefix of the stack file's own files. */
  memberFile: (name: string) => `/etc/patroni/files/${name}`,
  /** Runs before Patroni stops PostgreSQL. */
  beforeStop: "/etc/patroni/before-stop",
  /** Runs before Patroni promotes PostgreSQL. */
  beforePromote: "/etc/patroni/before-promote",
  /** Exists during a planned switchover, while clients wait. */
  handOverNote: "/var/run/postgresql/hand-over",
  /** Socket on which an update takes requests for another leader (`programs/held.py`). */
  leaderRequests: "/var/run/postgresql/hapg-requests",
  /** Starts Patroni once the leader-to-be is known. */
  coldStart: "/etc/patroni/cold_start.py",
  /** Why it waits for an operator; missing if it does not. */
  startStopped: "/var/run/postgresql/start-stopped",
  /** Its input from the stack file. */
  startPlan: "/etc/patroni/start.json",
  /** Changes the running cluster from inside a member. */
  clusterTool: "/etc/patroni/cluster.py",
  /** The readiness check of a member. */
  memberReady: "/etc/patroni/member-ready",
  /** Proves that PostgreSQL runs with the member's files after a reload. */
  reloaded: "/etc/patroni/reloaded.py",
  /** Runs Patroni; its modules are beside it. */
  guard: "/etc/patroni/guard.py",
  /** Patroni, as the guard runs it. */
  leaseClock: "/etc/patroni/lease_clock.py",
  /** The pipe from Patroni to the guard. */
  watchdog: "/var/run/postgresql/hapg-watchdog",
  /**
   * Patroni writes it for its own replication connections. Not in /tmp, which may be private to
   * each start of a service: PostgreSQL survives a killed Patroni.
   */
  replicationPassfile: "/var/run/postgresql/pgpass-replication",
  postgresData: "/var/lib/postgresql",
  pgSocket: "/var/run/postgresql",
  pgData: (major: number) => `/var/lib/postgresql/${major}/main`,
  pgBin: (major: number) => `/usr/lib/postgresql/${major}/bin`,
  /** PostgreSQL's archive_command. pgBackRest wants its own name in it. */
  archive: "/etc/patroni/pgbackrest-archive",
  /** pgBackRest's configuration of a member. */
  archiveConf: "/etc/patroni/pgbackrest.conf",
  /** What the archive_command notes for its next call. */
  archiveSpool: "/var/lib/postgresql/pgbackrest",
  /** Private key and certificate with which members log in to the repository. */
  archiveIdentity: "/etc/patroni/archive.pem",
  /** Restores a backup into the data directory. */
  restoreMember: "/etc/patroni/restore_member.py",
  /** Its input from the stack file. */
  restorePlan: "/etc/patroni/restore.json",
  backupConfig: "/etc/pgbackrest",
  backupConf: "/etc/pgbackrest/pgbackrest.conf",
  /** How the server reaches PostgreSQL, with a password: libpq's connection service file. */
  backupService: "/etc/pgbackrest/pg_service.conf",
  repositoryConfig: "/etc/hapg-repository",
  repositoryConf: "/etc/hapg-repository/pgbackrest.conf",
  repositoryService: "/etc/hapg-repository/pg_service.conf",
  /** The CAs of S3-compatible storage. */
  repositoryStorageCa: "/etc/hapg-repository/storage-ca.pem",
  /** Input of the repository's program from the stack file. */
  repositoryPlan: "/etc/hapg-repository/plan.json",
  /** Runs the repository: serves it, and takes backups. */
  repositoryTool: "/etc/hapg-repository/repository.py",
  /** Runs it with its report as metrics. */
  repositoryMetrics: "/etc/hapg-repository/metrics.py",
  repositoryData: "/var/lib/pgbackrest",
  haproxyConfig: "/etc/haproxy",
  haproxyCfg: "/etc/haproxy/haproxy.cfg",
  pgbouncerConfig: "/etc/pgbouncer",
  pgbouncerIni: "/etc/pgbouncer/pgbouncer.ini",
  /** Settings that PgBouncer reads only at its start. */
  pgbouncerListen: "/etc/pgbouncer/listen.ini",
  pgbouncerUserlist: "/etc/pgbouncer/userlist.txt",
  keepalivedConfig: "/etc/keepalived",
  keepalivedConf: "/etc/keepalived/keepalived.conf",
  postgresExporterConfig: "/etc/hapg-postgres-exporter",
  /** Questions to PostgreSQL beyond those of the exporter. */
  postgresExporterQueries: "/etc/hapg-postgres-exporter/queries.yml",
  /** Password of the login with which it connects. */
  postgresExporterPassword: "/etc/hapg-postgres-exporter/password",
  pgbouncerExporterConfig: "/etc/hapg-pgbouncer-exporter",
  /** libpq's password file of the exporter. */
  pgbouncerExporterPassfile: "/etc/hapg-pgbouncer-exporter/pgpass",
  nodeExporterConfig: "/etc/hapg-node-exporter",
  probeConfig: "/etc/hapg-probe",
  probeTool: "/etc/hapg-probe/probe.py",
  /** Its input from the stack file. */
  probePlan: "/etc/hapg-probe/probe.json",
  /** libpq's password file of the probe. */
  probePassfile: "/etc/hapg-probe/pgpass",
  /** How an exporter serves its metrics, in its configuration directory. */
  exporterWebOf: (configDirectory: string) => `${configDirectory}/web.yml`,
} as const;

/** The directory of a service's certificate and trusted CAs, by kind. */
export const configDirectories = {
  etcd: paths.etcdConfig,
  patroni: paths.patroniConfig,
  haproxy: paths.haproxyConfig,
  pgbouncer: paths.pgbouncerConfig,
  backup: paths.backupConfig,
  repository: paths.repositoryConfig,
  postgresexporter: paths.postgresExporterConfig,
  pgbouncerexporter: paths.pgbouncerExporterConfig,
  nodeexporter: paths.nodeExporterConfig,
  probe: paths.probeConfig,
} as const;
