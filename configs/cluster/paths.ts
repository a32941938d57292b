/** Where files are, on every platform: Debian's layout. */
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
  /** etcdctl as that operator. */
  etcdCtl: "/etc/etcd/ctl",
  /** This member's admission to the cluster: a random word, new with each new member. */
  etcdAdmission: "/etc/etcd/admission",
  /** The admission that was used up: the member has had its vote since. */
  etcdAdmitted: "/var/lib/etcd/admitted",
  /** Runs the member. */
  etcdStart: "/etc/etcd/start",
  /** The primary's key, and the members of PostgreSQL on the same host. */
  etcdNeighbours: "/etc/etcd/neighbours",
  /** Lets another member lead etcd while one of these is the primary. */
  etcdGiveWay: "/etc/etcd/give-way",
  /** The member's readiness check. */
  etcdReady: "/etc/etcd/ready",
  etcdData: "/var/lib/etcd",
  /** Permission to found a cluster: an empty file that an update makes, and the start script uses up. */
  etcdFoundingPermission: "/var/lib/etcd/founding-permitted",
  /** Permission to make a cluster of this member alone, from its data if it has any. Used up in the same way. */
  etcdRebuildPermission: "/var/lib/etcd/rebuild-permitted",
  /** Why the start script waits; there while it does. */
  etcdWaiting: "/var/lib/etcd/waiting",
  /** There from the start of etcd on existing data until it answers. */
  etcdStarting: "/var/lib/etcd/starting",
  patroniConfig: "/etc/patroni",
  patroniYml: "/etc/patroni/patroni.yml",
  /** Runs before Patroni stops PostgreSQL. */
  beforeStop: "/etc/patroni/before-stop",
  /** Runs before Patroni promotes PostgreSQL. */
  beforePromote: "/etc/patroni/before-promote",
  /** There while the member hands over as planned, and clients wait for it. */
  handOverNote: "/var/run/postgresql/hand-over",
  /** Starts Patroni once it is known who will lead. */
  coldStart: "/etc/patroni/cold_start.py",
  /** Why it waits for a person; not there if it does not. */
  startStopped: "/var/run/postgresql/start-stopped",
  /** What that has to know of the stack file. */
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
  /** Where the guard hears from Patroni. */
  watchdog: "/var/run/postgresql/hapg-watchdog",
  /**
   * Written by Patroni for its own replication connections. Not in /tmp, which each start of a service may have
   * for itself: PostgreSQL outlives a Patroni that was killed.
   */
  replicationPassfile: "/var/run/postgresql/pgpass-replication",
  postgresData: "/var/lib/postgresql",
  pgSocket: "/var/run/postgresql",
  pgData: (major: number) => `/var/lib/postgresql/${major}/main`,
  pgBin: (major: number) => `/usr/lib/postgresql/${major}/bin`,
  haproxyConfig: "/etc/haproxy",
  haproxyCfg: "/etc/haproxy/haproxy.cfg",
  pgbouncerConfig: "/etc/pgbouncer",
  pgbouncerIni: "/etc/pgbouncer/pgbouncer.ini",
  /** What PgBouncer reads at its start only. */
  pgbouncerListen: "/etc/pgbouncer/listen.ini",
  pgbouncerUserlist: "/etc/pgbouncer/userlist.txt",
  keepalivedConfig: "/etc/keepalived",
  keepalivedConf: "/etc/keepalived/keepalived.conf",
} as const;

/** Where a service of each kind has its certificate and the CAs that it trusts. */
export const configDirectories = {
  etcd: paths.etcdConfig,
  patroni: paths.patroniConfig,
  haproxy: paths.haproxyConfig,
  pgbouncer: paths.pgbouncerConfig,
} as const;
