import assert from "node:assert/strict";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";
import { vmInput } from "../../support/models";

/** What is wrong with an input: every problem's path and message. */
function problemsOf(input: object): Record<string, string> {
  try {
    parseSettings({ clusterName: "test", ...input });
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  return {};
}

const tooLong = "a".repeat(61);
const label = "must be lower-case letters, digits and hyphens, starting with a letter";
const systemRole =
  "is one of the cluster's own roles (postgres, replicator, rewind, pgbouncer, administrator, monitor, replicator_b, rewind_b, pgbouncer_b, administrator_b, monitor_b)";
const memberOf =
  "must be one of pg_monitor, pg_read_all_settings, pg_read_all_stats, pg_signal_backend, pg_stat_scan_tables, pg_read_all_data, pg_write_all_data, pg_checkpoint, pg_create_subscription, pg_use_reserved_connections, pg_maintain or pg_signal_autovacuum_worker";
/** A host of the stack file, otherwise fit. */
const hostWith = (host: object) => ({
  vm: { hosts: { db1: { address: "10.0.0.1", services: ["etcd1"], ...host } } },
});
const hostKey = "must be a public host key, such as ssh-ed25519 AAAA…";
const hostAddress = "must be an IPv4 address or a DNS name";
const members = "is not a member; members are patroni1, patroni2, patroni3";

const noIpv6 = "is IPv6, which is not supported: the services listen on IPv4; give an IPv4 one";

/** Input, the path of its problem, the message. */
const cases: [object, string, string][] = [
  [{ clusterName: "Has-Capitals" }, "clusterName", label],
  [{ clusterName: "ends-" }, "clusterName", label],
  [{ docker: { publishAddress: "::" } }, "docker.publishAddress", noIpv6],
  [{ docker: { advertiseAddress: "2001:db8::5" } }, "docker.advertiseAddress", noIpv6],
  [{ docker: { advertiseAddress: "db example" } }, "docker.advertiseAddress", hostAddress],
  [{ docker: { subnet: "fd00::/64" } }, "docker.subnet", noIpv6],
  [{ docker: { clientNetworks: ["fd00::/64"] } }, "docker.clientNetworks.0", noIpv6],
  [{ keepalived: { virtualAddress: "2001:db8::100" } }, "keepalived.virtualAddress", noIpv6],
  [hostWith({ address: "2001:db8::1" }), "vm.hosts.db1.address", noIpv6],
  [hostWith({ sshAddress: "2001:db8::1" }), "vm.hosts.db1.sshAddress", noIpv6],
  [
    { docker: { publishAddress: "0.0.0.0" } },
    "docker.advertiseAddress",
    "must be set when publishAddress is 0.0.0.0: the host name or address under which clients reach this machine",
  ],
  [
    { pgbouncer: { trackedParameters: ["statement_timeout"] } },
    "pgbouncer.trackedParameters.0",
    "PostgreSQL does not report statement_timeout to clients, so the pool cannot track it; use ALTER ROLE … SET, and ignoredStartupParameters if clients send it",
  ],
  [
    { pgbouncer: { trackedParameters: ["search_path"] } },
    "pgbouncer.trackedParameters.0",
    "PostgreSQL reports search_path since version 18, got 17; use ALTER ROLE … SET",
  ],
  [
    { pgbouncer: { trackedParameters: ["timezone"] } },
    "pgbouncer.trackedParameters.0",
    "timezone is tracked anyway; take it out",
  ],
  [
    { pgbouncer: { trackedParameters: ["search_path"] }, postgres: { version: 18 } },
    "pgbouncer.trackedParameters.0",
    "search_path is tracked anyway; take it out",
  ],
  [
    { pgbouncer: { ignoredStartupParameters: ["options", "statment_timeout"] } },
    "pgbouncer.ignoredStartupParameters.1",
    "statment_timeout is not a parameter of PostgreSQL 17; did you mean statement_timeout?",
  ],
  [{ defaultDatabase: "shop" }, "defaultDatabase", '"shop" is not one of databases (app)'],
  [
    { roles: { app: { password: "given", rotation: 1 } } },
    "roles.app.rotation",
    "and password exclude each other: change a given password by giving another",
  ],
  [
    { roles: { app: { password: "naïve" } } },
    "roles.app.password",
    "must be printable ASCII characters only",
  ],
  [{ etcd: { members: 2 } }, "etcd.members", "must be one of 1, 3 or 5, got 2"],
  [
    { etcd: { heartbeatMilliseconds: 300 } },
    "etcd.electionTimeoutMilliseconds",
    "must be at least five times heartbeatMilliseconds, or etcd refuses to start",
  ],
  [
    { patroni: { ttlSeconds: 20, loopWaitSeconds: 10, retryTimeoutSeconds: 10 } },
    "patroni.ttlSeconds",
    "must be at least loopWaitSeconds + 2 * retryTimeoutSeconds, or Patroni changes the timings by itself",
  ],
  [{ patroni: { namespace: "service" } }, "patroni.namespace", "must start and end with a slash"],
  [
    { patroni: { synchronousMode: "maybe" } },
    "patroni.synchronousMode",
    'must be one of off, on or quorum, got "maybe"',
  ],
  [
    { patroni: { synchronousMode: "on", synchronousNodeCount: 3 } },
    "patroni.synchronousNodeCount",
    "must be below the number of members that may be synchronous (3), got 3",
  ],
  [
    {
      patroni: { synchronousMode: "on", synchronousNodeCount: 2 },
      postgres: { tags: { patroni3: { nosync: true } } },
    },
    "patroni.synchronousNodeCount",
    "must be below the number of members that may be synchronous (2), got 2",
  ],
  [
    { haproxy: { readBalance: "random" } },
    "haproxy.readBalance",
    'must be one of roundrobin, leastconn or source, got "random"',
  ],
  [
    { haproxy: { readFrom: "one" } },
    "haproxy.readFrom",
    'must be one of standbys or all, got "one"',
  ],
  [{ haproxy: { readPort: 5000 } }, "haproxy.readPort", "is also haproxy.writePort"],
  [{ haproxy: { restApiPort: 8404 } }, "haproxy.restApiPort", "is also haproxy.statsPort"],
  [{ pgbouncer: { port: 5001 } }, "pgbouncer.port", "port 5001 is also haproxy.readPort"],
  [
    { pgbouncer: { poolMode: "none" } },
    "pgbouncer.poolMode",
    'must be one of transaction, session or statement, got "none"',
  ],
  [{ postgres: { tags: { patroni4: {} } } }, "postgres.tags.patroni4", members],
  [
    { postgres: { tags: { patroni1: { replicatefrom: "patroni1" } } } },
    "postgres.tags.patroni1.replicatefrom",
    "must be another member",
  ],
  [
    {
      postgres: {
        tags: { patroni1: { replicatefrom: "patroni2" }, patroni2: { replicatefrom: "patroni1" } },
      },
    },
    "postgres.tags.patroni2.replicatefrom",
    "leads back to patroni2: none of these members would stream from the leader",
  ],
  [
    { postgres: { tags: { patroni3: { nostream: true } } } },
    "postgres.tags.patroni3.nostream",
    "needs an archive to recover from, which members do not have; take it out, or use noloadbalance, nosync and nofailover to keep work from a member",
  ],
  [
    { postgres: { members: 1, tags: { patroni1: { nofailover: true } } } },
    "postgres.tags",
    "leave no member that may lead",
  ],
  [{ postgres: { packages: ["curl; reboot"] } }, "postgres.packages.0", "must be a package name"],
  [
    { postgres: { parameters: { "work mem": 1 } } },
    "postgres.parameters.work mem",
    "must be the name of a PostgreSQL parameter in lower case",
  ],
  [
    { postgres: { parameters: { listen_addresses: "*" } } },
    "postgres.parameters.listen_addresses",
    "is set by the program; use docker.publishAddress",
  ],
  [
    { postgres: { parameters: { PORT: 5433 } } },
    "postgres.parameters.PORT",
    "must be the name of a PostgreSQL parameter in lower case",
  ],
  [
    { postgres: { parameters: { port: 5433 } } },
    "postgres.parameters.port",
    "is set by the program; use haproxy.writePort and docker.memberPort",
  ],
  [
    { pgbouncer: { poolSize: 20 }, postgres: { parameters: { max_connections: 30 } } },
    "postgres.parameters.max_connections",
    "must be at least 35: the pool may open 25 connections per database and login, and 10 are kept for the cluster; got 30. Set it, or limit the pools with pgbouncer.maxDatabaseConnections or poolSize",
  ],
  [
    {
      roles: { app: { rotation: 1 }, reader: {} },
      databases: { app: { owner: "app", readers: ["reader"] } },
      postgres: { parameters: { max_connections: 84 } },
      pgbouncer: { poolSize: 20 },
    },
    "postgres.parameters.max_connections",
    "must be at least 85: the pool may open 25 connections per database and login, and 10 are kept for the cluster; got 84. Set it, or limit the pools with pgbouncer.maxDatabaseConnections or poolSize",
  ],
  [
    {
      pgbouncer: { poolSize: 20 },
      postgres: { memoryMegabytes: 512 },
      databases: Object.fromEntries(
        Array.from({ length: 4 }, (_, i) => [`db${i}`, { owner: "app" }]),
      ),
      defaultDatabase: "db0",
    },
    "postgres.parameters.max_connections",
    "must be at least 110: the pool may open 25 connections per database and login, and 10 are kept for the cluster; got 100 from postgres.memoryMegabytes. Set it, or limit the pools with pgbouncer.maxDatabaseConnections or poolSize",
  ],
  [
    vmInput({ pgbouncer: { poolSize: 30 }, postgres: { memoryMegabytes: 512 } }),
    "postgres.parameters.max_connections",
    "must be at least 115: the pool may open 35 connections per database and login in each of 3 PgBouncers, and 10 are kept for the cluster; got 100 from postgres.memoryMegabytes. Set it, or limit the pools with pgbouncer.maxDatabaseConnections or poolSize",
  ],
  [
    { pgbouncer: { databases: { shop: {} } } },
    "pgbouncer.databases.shop",
    "is not one of databases (postgres, app)",
  ],
  [
    { pgbouncer: { parameters: { listen_port: 1 } } },
    "pgbouncer.parameters.listen_port",
    "is set by the program; use pgbouncer.port",
  ],
  [
    { pgbouncer: { parameters: { server_tls_ciphers: "all" } } },
    "pgbouncer.parameters.server_tls_ciphers",
    "is set by the program",
  ],
  [
    { patroni: { ttlSeconds: 20, loopWaitSeconds: 14, retryTimeoutSeconds: 3 } },
    "patroni.ttlSeconds",
    "must be at least loopWaitSeconds + retryTimeoutSeconds + 5, or the guard could stop a healthy leader",
  ],
  [
    { patroni: { slots: { "Has-Capitals": { type: "physical" } } } },
    "patroni.slots.Has-Capitals",
    "must be lower-case letters, digits and underscores, as slots have",
  ],
  [
    { patroni: { slots: { cdc: {} } } },
    "patroni.slots.cdc.database",
    "must be set: a logical slot has one",
  ],
  [
    { patroni: { slots: { cdc: { type: "physical", plugin: "pgoutput" } } } },
    "patroni.slots.cdc.plugin",
    "is for logical slots only",
  ],
  [
    { patroni: { slots: { cdc: { database: "shop" } } } },
    "patroni.slots.cdc.database",
    '"shop" is not one of databases (postgres, app)',
  ],
  [
    { patroni: { slots: { cdc: { database: "app" } } } },
    "postgres.parameters.wal_level",
    "must be logical for the logical slots of patroni.slots, got replica",
  ],
  [
    { patroni: { slots: { patroni2: { type: "physical" } } } },
    "patroni.slots.patroni2",
    "is the name of a member's own slot",
  ],
  [
    { patroni: { slots: { dr: { type: "physical" } } }, postgres: { useSlots: false } },
    "postgres.useSlots",
    "must be true for patroni.slots",
  ],
  [
    {
      patroni: { slots: { dr: { type: "physical" }, more: { type: "physical" } } },
      postgres: { parameters: { max_replication_slots: 4 } },
    },
    "postgres.parameters.max_replication_slots",
    "must be at least 5, one for each member and for each of patroni.slots; got 4",
  ],
  [
    { patroni: { ignoreSlots: [{}] } },
    "patroni.ignoreSlots.0",
    "must name something, or it matches all slots",
  ],
  [
    { postgres: { ident: ["people ann"] } },
    "postgres.ident.0",
    "must be MAP SYSTEM-USER DATABASE-USER",
  ],
  [
    { postgres: { ident: ["people /(ann shop"] } },
    "postgres.ident.0",
    "/(ann is not a regular expression",
  ],
  [
    { postgres: { hba: ["hostssl all all all cert map=peple"], ident: ["people ann shop"] } },
    "postgres.hba.0",
    "map peple is not in postgres.ident; add its lines there",
  ],
  [
    { postgres: { recovery: { applyDelaySeconds: { patroni3: 60 } } } },
    "postgres.recovery.applyDelaySeconds.patroni3",
    "needs postgres.tags.patroni3.nofailover: true: it would lead only after its delay",
  ],
  [
    { postgres: { recovery: { applyDelaySeconds: { patroni4: 60 } } } },
    "postgres.recovery.applyDelaySeconds.patroni4",
    members,
  ],
  [
    { postgres: { version: 16, initdb: { localeProvider: "builtin" } } },
    "postgres.initdb.localeProvider",
    "builtin exists since PostgreSQL 17, got 16",
  ],
  [
    { postgres: { locales: ["de_DE.UTF-8; reboot"] } },
    "postgres.locales.0",
    "must be the name of a locale, such as de_DE.UTF-8",
  ],
  [
    { docker: { images: "pull" } },
    "docker.registry",
    "must be set when images are pushed or pulled",
  ],
  [
    { docker: { registry: "https://registry.example" } },
    "docker.registry",
    "must be a registry and a path, such as registry.example/hapg",
  ],
  [
    { postgres: { files: { "../x": { content: "" } } } },
    "postgres.files.../x",
    "must be a file name without a directory",
  ],
  [
    {
      postgres: {
        files: { "load-vip.sh": { content: "#!/bin/sh\n" } },
        callbacks: { onStart: "/etc/patroni/files/load-vip.sh" },
      },
    },
    "postgres.callbacks.onStart",
    "load-vip.sh cannot run: set postgres.files.load-vip.sh.executable: true",
  ],
  [
    {
      postgres: {
        files: { "load-vip.sh": { content: "#!/bin/sh\n" } },
        callbacks: { onStart: "sh /etc/patroni/files/loadvip.sh" },
      },
    },
    "postgres.callbacks.onStart",
    "loadvip.sh is not in postgres.files; did you mean load-vip.sh?",
  ],
  [
    { postgres: { version: 15 }, roles: { app: { createRoles: true } } },
    "roles.app.createRoles",
    "needs PostgreSQL 16, got 15: before, such a role can become a superuser; list its roles in the stack file",
  ],
  [
    { docker: { packagesAsOf: "today" } },
    "docker.packagesAsOf",
    "must be a date such as 2026-11-28, in quotes",
  ],
  [{ postgres: { cpus: 0 } }, "postgres.cpus", "must be a number from 0.05 to 1024, got 0"],
  [
    { postgres: { initdb: { localeProvider: "icu" } } },
    "postgres.initdb.icuLocale",
    "must be set with localeProvider: icu, such as und or de-AT",
  ],
  [
    { postgres: { initdb: { icuLocale: "und" } } },
    "postgres.initdb.icuLocale",
    "needs localeProvider: icu",
  ],
  [
    { postgres: { initdb: { localeProvider: "builtin", builtinLocale: "PG_UNICODE_FAST" } } },
    "postgres.initdb.builtinLocale",
    "PG_UNICODE_FAST exists since PostgreSQL 18, got 17",
  ],
  [
    { postgres: { initdb: { localeProvider: "builtin", locale: "de_DE.UTF-8" } } },
    "postgres.initdb.builtinLocale",
    "must be C or C.UTF-8, as `locale` is neither",
  ],
  [
    { haproxy: { extraLines: { global: ["backend mine"] } } },
    "haproxy.extraLines.global.0",
    "must not begin another section",
  ],
  [{ postgres: { hba: ["two\nlines"] } }, "postgres.hba.0", "must be a single line"],
  [{ roles: { app: {}, postgres: {} } }, "roles.postgres", systemRole],
  [{ roles: { app: {}, pgbouncer: {} } }, "roles.pgbouncer", systemRole],
  [
    { roles: { app: {}, pg_x: {} } },
    "roles.pg_x",
    "must not start with pg_, PostgreSQL's own prefix",
  ],
  [{ roles: { app: {}, pgbouncer_b: {} } }, "roles.pgbouncer_b", systemRole],
  [{ roles: { app: {}, administrator: {} } }, "roles.administrator", systemRole],
  [{ roles: { app: {}, monitor_b: {} } }, "roles.monitor_b", systemRole],
  [
    { roles: { app: { rotation: 1 }, app_b: {} } },
    "roles.app.rotation",
    "needs the name app_b, which is another role's",
  ],
  [
    { roles: { app: {}, ["r".repeat(62)]: { rotation: 1 } } },
    `roles.${"r".repeat(62)}.rotation`,
    `needs a role name of at most 61 bytes: ${"r".repeat(62)}_b logs in too`,
  ],
  [
    { roles: { app: {}, "app:ro": {} } },
    "roles.app:ro",
    "is the name of a group of the database app",
  ],
  [
    { roles: { app: { memberOf: ["pg_monitr"] } } },
    "roles.app.memberOf.0",
    `${memberOf}, got "pg_monitr"`,
  ],
  [
    { roles: { app: { memberOf: ["pg_monitor", "pg_execute_server_program"] } } },
    "roles.app.memberOf.1",
    `${memberOf}, got "pg_execute_server_program"`,
  ],
  [
    { postgres: { version: 16 }, roles: { app: { memberOf: ["pg_maintain"] } } },
    "roles.app.memberOf.0",
    "pg_maintain needs PostgreSQL 17, got 16",
  ],
  [
    { roles: { app: { state: "gone" } } },
    "roles.app.state",
    'must be one of present or dropped, got "gone"',
  ],
  [
    { roles: { app: { state: "dropped" } } },
    "databases.app.owner",
    '"app" is to be dropped (roles.app.state)',
  ],
  [
    { databases: { app: { owner: "app", readers: ["nobody"] } } },
    "databases.app.readers.0",
    '"nobody" is not one of roles (app)',
  ],
  [
    { databases: { app: { owner: "app", schemas: { archive: { owner: "nobody" } } } } },
    "databases.app.schemas.archive.owner",
    '"nobody" is not one of roles (app)',
  ],
  [
    { databases: { app: { owner: "app", schemas: { public: { owner: "app" } } } } },
    "databases.app.schemas.public",
    "is there anyway",
  ],
  [
    { databases: { app: { owner: "app", writers: ["app"] } } },
    "databases.app.writers.0",
    '"app" owns the database',
  ],
  [
    {
      roles: { app: {}, one: {}, two: {} },
      databases: { app: { owner: "app", readers: ["one", "two"], writers: ["two"] } },
    },
    "databases.app.writers.0",
    '"two" is also databases.app.readers.1',
  ],
  [
    {
      roles: { app: {}, one: { state: "dropped" } },
      databases: { app: { owner: "app", writers: ["one"] } },
    },
    "databases.app.writers.0",
    '"one" is to be dropped (roles.one.state)',
  ],
  [
    {
      roles: { app: { rotation: 2 }, other: {} },
      postgres: { hba: ["host all other all scram-sha-256", 'host shop other,"app" all reject'] },
    },
    "postgres.hba.1",
    "must say +app instead of app, which logs in as app_b too",
  ],
  [
    { databases: { app: { owner: "nobody" } } },
    "databases.app.owner",
    '"nobody" is not one of roles (app)',
  ],
  [
    { databases: { app: { owner: "toString" } } },
    "databases.app.owner",
    '"toString" is not one of roles (app)',
  ],
  [
    { databases: { postgres: { owner: "app" } } },
    "databases.postgres",
    "is a database of PostgreSQL or PgBouncer itself",
  ],
  [
    { databases: { shop_ro: { owner: "app" } } },
    "databases.shop_ro",
    "must not end with _ro, the pool's read entries do",
  ],
  [
    { databases: { "my shop": { owner: "app" } } },
    "databases.my shop",
    "must be letters, digits, _, . and - only, all that PgBouncer takes",
  ],
  [
    { databases: { [tooLong]: { owner: "app" } } },
    `databases.${tooLong}`,
    "must be at most 60 bytes",
  ],
  [{ docker: { host: "engine" } }, "docker.host", "must be a unix://, tcp:// or ssh:// address"],
  [{ docker: { memberPort: 6431 } }, "docker.memberPort", "port 6432 is also pgbouncer.port"],
  [{ docker: { memberPort: 65534 } }, "docker.memberPort", "leaves no port for the last member"],
  [{ postgress: {} }, "postgress", "is not a setting; did you mean postgres?"],
  [{ etcd: { member: 3 } }, "etcd.member", "is not a setting; did you mean members?"],
  [{ haproxy: { writeport: 1 } }, "haproxy.writeport", "is not a setting; did you mean writePort?"],
  [
    { postgres: { tags: { patroni1: { nosnc: true } } } },
    "postgres.tags.patroni1.nosnc",
    "is not a setting; did you mean nosync?",
  ],
  [
    { roles: { app: { unheardOf: 1 } } },
    "roles.app.unheardOf",
    "is not a setting; known are connectionLimit, memberOf, replication, createDatabases, createRoles, password, rotation, state",
  ],
  [{ platform: "podman" }, "platform", 'must be one of docker or vm, got "podman"'],
  [
    { vm: { ssh: { privateKey: "a", privateKeyFile: "b" } } },
    "vm.ssh.privateKeyFile",
    "and privateKey exclude each other",
  ],
  [{ vm: { ssh: { user: "two words" } } }, "vm.ssh.user", "must be the name of a user"],
  [{ vm: { ssh: { user: "-oProxyCommand=x" } } }, "vm.ssh.user", "must be the name of a user"],
  [{ vm: { ssh: { jumpHost: { address: "-J" } } } }, "vm.ssh.jumpHost.address", hostAddress],
  [
    { vm: { ssh: { jumpHost: { address: "gate", hostKey: "AAAA" } } } },
    "vm.ssh.jumpHost.hostKey",
    hostKey,
  ],
  [{ vm: { hosts: { DB1: { address: "10.0.0.1", services: ["etcd1"] } } } }, "vm.hosts.DB1", label],
  [hostWith({ services: ["Etcd 1"] }), "vm.hosts.db1.services.0", label],
  [hostWith({ hostKey: "AAAAC3NzaC1lZDI1" }), "vm.hosts.db1.hostKey", hostKey],
  [hostWith({ hostKey: "10.0.0.1 ssh-ed25519 AAAA" }), "vm.hosts.db1.hostKey", hostKey],
  [
    hostWith({ hostKey: "ssh-ed25519 AAAA\nssh-rsa AAAA" }),
    "vm.hosts.db1.hostKey",
    "must be a single line",
  ],
  [hostWith({ sshAddress: "two names" }), "vm.hosts.db1.sshAddress", hostAddress],
  [hostWith({ adress: "x" }), "vm.hosts.db1.adress", "is not a setting; did you mean address?"],
  [
    { vm: { packageSource: "testing" } },
    "vm.packageSource",
    'must be one of distribution or postgresql, got "testing"',
  ],
  [{ vm: { versions: { "a b": "1" } } }, "vm.versions.a b", "must be the name of a package"],
  [{ vm: { versions: { "a=1": "1" } } }, "vm.versions.a=1", "must be the name of a package"],
  [
    { vm: { versions: { patroni: "4; reboot" } } },
    "vm.versions.patroni",
    "must be a package version",
  ],
  [
    { vm: { kernelParameters: { "vm swappiness": 1 } } },
    "vm.kernelParameters.vm swappiness",
    "must be the name of a kernel parameter",
  ],
  [
    { vm: { kernelParameters: { "vm.swappiness": true } } },
    "vm.kernelParameters.vm.swappiness",
    "must be one of integer or string, got true",
  ],
  [
    { vm: { watchdog: "on" } },
    "vm.watchdog",
    'must be one of off, automatic or required, got "on"',
  ],
  [
    { keepalived: { interface: "a-name-that-is-too-long" } },
    "keepalived.interface",
    "must be the name of a network interface",
  ],
];

describe("settings are refused", () => {
  for (const [input, path, message] of cases) {
    it(`${JSON.stringify(input).slice(0, 70)}: ${path}`, () => {
      assert.equal(problemsOf(input)[path], message);
    });
  }

  /** Bounds, each one step outside. */
  const outOfBounds: [object, string][] = [
    [{ postgres: { members: 0 } }, "postgres.members"],
    [{ postgres: { members: 10 } }, "postgres.members"],
    [{ postgres: { members: 2.5 } }, "postgres.members"],
    [{ postgres: { version: 12 } }, "postgres.version"],
    [{ postgres: { memoryMegabytes: 255 } }, "postgres.memoryMegabytes"],
    [{ patroni: { ttlSeconds: 19 } }, "patroni.ttlSeconds"],
    [{ patroni: { loopWaitSeconds: 0 } }, "patroni.loopWaitSeconds"],
    [{ patroni: { retryTimeoutSeconds: 2 } }, "patroni.retryTimeoutSeconds"],
    [{ etcd: { quotaMegabytes: 63 } }, "etcd.quotaMegabytes"],
    [{ haproxy: { writePort: 0 } }, "haproxy.writePort"],
    [{ haproxy: { writePort: 65536 } }, "haproxy.writePort"],
    [{ haproxy: { checkIntervalMilliseconds: 99 } }, "haproxy.checkIntervalMilliseconds"],
    [{ pgbouncer: { poolSize: 0 } }, "pgbouncer.poolSize"],
    [{ roles: { app: { rotation: -1 } } }, "roles.app.rotation"],
    [{ roles: { app: { memberOf: "pg_monitor" } } }, "roles.app.memberOf"],
    [{ credentials: { superuser: 0.5 } }, "credentials.superuser"],
    [{ credentials: { app: 1 } }, "credentials.app"],
    [{ databases: { app: { owner: "app", extensions: [""] } } }, "databases.app.extensions.0"],
    [{ databases: { app: { owner: "app", readers: "app" } } }, "databases.app.readers"],
    [{ clusterName: "a".repeat(33) }, "clusterName"],
    [{ docker: { publishAddress: "localhost" } }, "docker.publishAddress"],
    [{ docker: { subnet: "10.0.0.0" } }, "docker.subnet"],
    [{ haproxy: { instances: 0 } }, "haproxy.instances"],
    [{ pgbouncer: { instances: 10 } }, "pgbouncer.instances"],
    [{ keepalived: { virtualAddress: "router.example" } }, "keepalived.virtualAddress"],
    [{ keepalived: { prefixLength: 33 } }, "keepalived.prefixLength"],
    [{ keepalived: { routerId: 256 } }, "keepalived.routerId"],
    [{ keepalived: { memoryMegabytes: 15 } }, "keepalived.memoryMegabytes"],
    [{ vm: { ssh: { port: 0 } } }, "vm.ssh.port"],
    [{ vm: { ssh: { jumpHost: {} } } }, "vm.ssh.jumpHost.address"],
    [{ vm: { clientNetworks: ["192.168.7.1"] } }, "vm.clientNetworks.0"],
    [{ vm: { postgresqlRepository: "file:///srv" } }, "vm.postgresqlRepository"],
    [{ vm: { kernelParameters: { a: 0.5 } } }, "vm.kernelParameters.a"],
    [{ vm: { kernelParameters: { a: "two\nlines" } } }, "vm.kernelParameters.a"],
    [{ vm: { hosts: { ["h".repeat(64)]: {} } } }, `vm.hosts.${"h".repeat(64)}`],
    [hostWith({ address: "db1.example" }), "vm.hosts.db1.address"],
    [hostWith({ address: "10.0.0.256" }), "vm.hosts.db1.address"],
    [hostWith({ services: [] }), "vm.hosts.db1.services"],
    [hostWith({ services: "etcd1" }), "vm.hosts.db1.services"],
    [hostWith({ away: "yes" }), "vm.hosts.db1.away"],
  ];
  for (const [input, path] of outOfBounds) {
    it(`${JSON.stringify(input)}: ${path}`, () => {
      assert.notEqual(problemsOf(input)[path] ?? "", "");
    });
  }

  it("all at once, each on a line of its own", () => {
    const input = { clusterName: "test", etcd: { members: 2 }, pgbouncer: { port: 0 }, what: 1 };
    assert.throws(
      () => parseSettings(input),
      (error: Error) => {
        assert.match(error.message, /^The settings have 3 problems; nothing was changed\.\n/);
        assert.deepEqual(error.message.match(/^ {2}[\w.]+(?=: )/gm)?.sort(), [
          "  etcd.members",
          "  pgbouncer.port",
          "  what",
        ]);
        return true;
      },
    );
  });

  it("if they are no settings at all", () => {
    for (const input of [undefined, null, "text", 1, []]) {
      assert.throws(() => parseSettings(input), SettingsError);
    }
  });
});
