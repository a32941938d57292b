import type { Client } from "pg";
import { paths } from "../../../../configs/cluster/paths";
import type { Settings } from "../../../../configs/settings/schema";
import { connect, eventually } from "../../../../lab/writer";
import type { FindingId, Severity } from "../../../../operations/diagnose/finding";
import type { Scene } from "./scene";

/** A problem that is provoked for real. */
export interface Provocation extends Step {
  /** The only platform on which it can be provoked. */
  on?: Settings["platform"];
  /** What the stack file says, if that is the problem. */
  expecting?: (settings: Settings) => Settings;
  /** What goes wrong after that. */
  then?: Step[];
}

/** One problem, and how it comes. */
export interface Step {
  id: FindingId;
  severity: Severity;
  /** What is found besides, because it follows. */
  also?: FindingId[];
  /** What the evidence says or quotes. */
  quotes?: RegExp;
  /** How long it may take to be found, in seconds. @default 20 */
  seconds?: number;
  /** Provokes it. @returns what takes it back */
  provoke: (scene: Scene) => Promise<() => Promise<unknown>>;
}

/** Problems that only `tests/unit/operations/diagnose.test.ts` has, and why. */
export const notProvoked: Partial<Record<FindingId, string>> = {
  "two-primaries": "the guard and the lease keep it from happening",
  "router-two-primaries": "as two-primaries",
  "founded-twice": "only one member is ever permitted to found; provoked it could damage data",
  "start-stopped": "its state is provoked in tests/validators/coldStartTraps.test.ts",
  "other-timeline": "Patroni rewinds the member in the same round",
  "member-missing": "Patroni registers the member again in the same round",
  "slot-lost": "the member has to be copied anew",
  "checksum-failures": "the member has to be copied anew",
  "etcd-waiting": "its state is provoked in tests/validators/etcdLoss.test.ts",
  "etcd-alarm": "etcd has to be filled up to its quota",
  "etcd-fragmented": "etcd has to hold more than 128 MiB",
  "etcd-without-vote": "a learner gets its vote within a second",
  "etcd-former-member": "an update removes it from the list by itself",
  "router-saturated": "it takes 850 sessions",
  "router-waiting": "it takes as many sessions as PostgreSQL allows connections",
  "address-twice": "Keepalived's hosts have to be parted for each other only",
  "disk-nearly-full": "the host's own disk would have to be filled",
  wraparound: "it takes a billion transactions",
  "long-transaction": "it takes an hour",
  "certificate-ended": "a service would have to get another certificate than its own",
  "certificate-ending": "as certificate-ended",
  "clock-skew": "all clocks are that of this machine",
  "state-locked": "`stateLock.test.ts` has it with real processes",
  "archive-late": "tests/e2e/suites/backup.ts provokes it",
  "archive-gap": "tests/e2e/suites/backup.ts provokes it",
  "repository-unreachable": "tests/e2e/suites/backup.ts provokes it",
  "repository-unreadable": "tests/e2e/suites/backup.ts provokes it",
  "repository-full": "the Engine's own disk would have to be filled",
  "backup-missing": "the first backup follows within seconds",
  "backup-failed": "tests/e2e/suites/backup.ts provokes it",
  "backup-overdue": "it takes a day",
  "rehearsal-failed": "tests/e2e/suites/backup.ts provokes it",
  "backup-damaged": "as checksum-failures",
  "guard-inactive": "the guard's end is that of its service",
};

const megabytes = (count: number) =>
  `SELECT count(pg_logical_emit_message(true, 'hapg', repeat('x', 1048576))) FROM generate_series(1, ${count})`;

const startup = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'";
const endSenderTo = (standby: string) =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = '${standby}'`;

const console = (settings: Settings, command: string) =>
  `psql -Xqw -h ${paths.pgSocket} -p ${settings.pgbouncer.port} -U pgbouncer -c '${command}' pgbouncer`;

/** Opens connections and does something with each. @returns what closes them */
const connections = async (url: string, count: number, statement: string) => {
  const clients: Client[] = [];
  const close = () => Promise.all(clients.map((client) => client.end()));
  try {
    // Not all at once: a busy machine takes longer for that than each may take.
    while (clients.length < count) clients.push(await connect(url));
  } catch (error) {
    await close();
    throw error;
  }
  const all = Promise.allSettled(clients.map((client) => client.query(statement)));
  return async () => {
    await close();
    await all;
  };
};

/** The problems, those that end soonest first. */
export const provocations: Provocation[] = [
  {
    id: "paused",
    severity: "warning",
    provoke: async (scene) => {
      await scene.patronictl(scene.primary, "pause", "--wait");
      return () => scene.patronictl(scene.primary, "resume", "--wait");
    },
  },
  {
    id: "no-synchronous-standby",
    severity: "critical",
    expecting: (settings) => ({
      ...settings,
      patroni: { ...settings.patroni, synchronousMode: "on" },
    }),
    provoke: () => Promise.resolve(() => Promise.resolve()),
  },
  {
    id: "restart-pending",
    severity: "warning",
    quotes: /^shared_buffers$/,
    // One that the stack file sets: PostgreSQL forgets a pending default value only at a restart.
    provoke: (scene) => scene.parameters(scene.standby, { shared_buffers: "'24MB'" }),
  },
  {
    id: "replay-paused",
    severity: "warning",
    provoke: async (scene) => {
      await scene.sql(scene.standby, "SELECT pg_wal_replay_pause()");
      return () => scene.sql(scene.standby, "SELECT pg_wal_replay_resume()");
    },
  },
  {
    id: "replication-lag",
    severity: "warning",
    quotes: /MiB behind/,
    provoke: async (scene) => {
      const pid = await scene.sql(scene.standby, startup);
      await scene.inside(scene.standby, `kill -STOP ${pid}`);
      await scene.sql(scene.primary, megabytes(4));
      return () => scene.inside(scene.standby, `kill -CONT ${pid}`);
    },
  },
  {
    id: "database-down",
    severity: "critical",
    provoke: (scene) => scene.faults.freezePostgres(scene.standby),
  },
  {
    id: "patroni-down",
    severity: "critical",
    provoke: (scene) => scene.faults.freezePatroni(scene.standby),
  },
  {
    id: "member-unreachable",
    severity: "critical",
    on: "docker",
    quotes: /log \d\d:\d\d:\d\d: "/,
    provoke: (scene) => scene.faults.pauseMachine(scene.standby),
  },
  {
    id: "member-without-etcd",
    severity: "critical",
    quotes: /last heard from etcd .* ago; log .*(etcd|DCS)/i,
    provoke: (scene) => scene.faults.lose(scene.standby, scene.etcds, "both"),
  },
  {
    id: "not-streaming",
    severity: "critical",
    provoke: async (scene) => {
      const undo = await scene.faults.lose(scene.standby, [scene.primary], "both");
      await scene.sql(scene.primary, endSenderTo(scene.standby));
      return undo;
    },
  },
  {
    id: "replication-refused",
    severity: "critical",
    quotes: /FATAL: password authentication failed for user "replicator/,
    provoke: async (scene) => {
      const roles = "FROM pg_authid WHERE rolreplication AND NOT rolsuper AND rolcanlogin";
      const as = (value: string) =>
        `SELECT string_agg(format('ALTER ROLE %I PASSWORD %L', rolname, ${value}), ';') ${roles}`;
      const [undo, wrong] = [
        await scene.sql(scene.primary, as("rolpassword")),
        await scene.sql(scene.primary, as("'wrong'")),
      ];
      await scene.sql(scene.primary, wrong, endSenderTo(scene.standby));
      return () => scene.sql(scene.primary, undo);
    },
  },
  {
    id: "database-start-failed",
    severity: "critical",
    quotes: /unrecognized configuration parameter "hapg_nonsense".*contains errors/,
    provoke: async (scene) => {
      const file = `${scene.data}/postgresql.auto.conf`;
      await scene.inside(scene.standby, `echo "hapg_nonsense = 1" >>${file}`);
      await scene.faults.killPostgres(scene.standby);
      return () => scene.inside(scene.standby, `sed -i /hapg_nonsense/d ${file}`);
    },
  },
  {
    id: "slot-holds-wal",
    severity: "warning",
    also: ["member-unreachable"],
    on: "docker",
    provoke: async (scene) => {
      const undo = await scene.parameters(scene.primary, { max_slot_wal_keep_size: "'64MB'" });
      const start = await scene.faults.stop(scene.standby);
      await scene.sql(scene.primary, megabytes(40), "SELECT pg_switch_wal()");
      return async () => {
        await undo();
        await start();
      };
    },
  },
  {
    id: "archive-failing",
    severity: "warning",
    quotes: /\d+ failures; log .*archive command failed with exit code 1/,
    provoke: async (scene) => {
      const { primary } = scene;
      const restart = () =>
        scene.patronictl(
          primary,
          "restart",
          "--force",
          scene.cluster.settings.clusterName,
          primary,
        );
      const reset = await scene.parameters(primary, {
        archive_mode: "'on'",
        archive_command: "'false'",
      });
      await restart();
      await scene.sql(primary, megabytes(1), "SELECT pg_switch_wal()");
      return async () => {
        await reset();
        await restart();
      };
    },
  },
  {
    id: "connections-saturated",
    severity: "warning",
    quotes: /^\d+ of \d+$/,
    provoke: async (scene) => {
      const free = await scene.sql(
        scene.primary,
        `SELECT ceil((current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int) * 0.84) - count(*)
         FROM pg_stat_activity WHERE backend_type = 'client backend'`,
      );
      // Straight to it: HAProxy lets no more through than fit.
      return connections(scene.toPrimary, Number(free), "SELECT 1");
    },
  },
  {
    id: "pool-paused",
    severity: "critical",
    provoke: async (scene) => {
      const { settings } = scene.cluster;
      await scene.inside("pgbouncer1", console(settings, "PAUSE"));
      return () => scene.inside("pgbouncer1", console(settings, "RESUME"));
    },
  },
  {
    id: "pool-waiting",
    severity: "warning",
    on: "docker",
    provoke: (scene) => {
      const { poolSize, reservePoolSize } = scene.cluster.settings.pgbouncer;
      const count = poolSize + reservePoolSize + 3;
      return connections(scene.strings.pooledWrite, count, "SELECT pg_sleep(9)");
    },
  },
  {
    id: "pool-unreachable",
    severity: "critical",
    provoke: (scene) => scene.faults.stop("pgbouncer1"),
  },
  {
    id: "router-unreachable",
    severity: "critical",
    provoke: (scene) => scene.faults.stop("haproxy1"),
  },
  {
    id: "router-without-primary",
    severity: "critical",
    provoke: (scene) => scene.faults.lose("haproxy1", scene.members, "both"),
  },
  {
    id: "disk-full",
    severity: "critical",
    provoke: async (scene) => {
      const undo = await scene.faults.fillWal(scene.standby);
      // On hosts only the member sees that volume: it has to need more of it.
      await scene.sql(scene.primary, megabytes(40));
      return undo;
    },
  },
  {
    id: "etcd-unreachable",
    severity: "critical",
    provoke: (scene) => scene.faults.stop("etcd3"),
  },
  {
    id: "failsafe-active",
    severity: "critical",
    also: ["etcd-no-quorum", "etcd-unreachable"],
    seconds: 40,
    provoke: async (scene) => {
      const undo = [await scene.faults.stop("etcd2"), await scene.faults.stop("etcd3")];
      return () => Promise.all(undo.map((one) => one()));
    },
  },
  {
    id: "address-nowhere",
    severity: "critical",
    on: "vm",
    provoke: async (scene) => {
      const names = ["keepalived1", "keepalived2", "keepalived3"];
      const undo = await Promise.all(names.map((name) => scene.faults.stop(name)));
      return () => Promise.all(undo.map((one) => one()));
    },
  },
  {
    id: "data-unreadable",
    severity: "critical",
    quotes: /Permission denied/,
    seconds: 40,
    provoke: async (scene) => {
      const start = await scene.faults.stop(scene.standby);
      await scene.environment.setDataAccess(scene.standby, "denied");
      await start().catch(() => undefined);
      return async () => {
        await scene.faults.stop(scene.standby);
        await scene.environment.setDataAccess(scene.standby, "granted");
        await scene.faults.restart([scene.standby]);
      };
    },
  },
  {
    id: "other-cluster-data",
    severity: "critical",
    quotes: /system identifier \d+, the cluster has \d+; log .*another cluster's/,
    provoke: async (scene) => {
      const { standby, data } = scene;
      const bin = paths.pgBin(scene.cluster.settings.postgres.version);
      await scene.inside(standby, `${bin}/initdb -D ${data}.foreign -N >/dev/null`);
      const swap = `mv ${data} ${data}.kept\nmv ${data}.foreign ${data}`;
      await scene.withoutPostgres(standby, swap);
      return async () => {
        await scene.inside(standby, `rm -rf ${data}\nmv ${data}.kept ${data}`);
        await scene.faults.restart([standby]);
      };
    },
  },
  {
    id: "not-founded",
    severity: "critical",
    also: ["no-leader", "router-without-primary"],
    quotes: /no member has data; log .*no update has permitted this member/,
    seconds: 30,
    provoke: withoutCluster,
    then: [
      {
        id: "half-founded",
        severity: "critical",
        also: ["no-leader", "database-down", "router-without-primary"],
        provoke: async (scene) => {
          const file = `${paths.postgresData}/founding`;
          await scene.inside("patroni1", `touch ${file}`);
          return () => scene.inside("patroni1", `rm -f ${file}`);
        },
      },
      {
        id: "other-cluster-etcd",
        severity: "critical",
        also: ["no-leader", "router-without-primary"],
        quotes: /system identifier 4711, all data has \d+; log .*another cluster's/,
        provoke: async (scene) => {
          await scene.etcdctl("put", scene.initialize, "4711");
          await Promise.all(scene.members.map((name) => putBack(scene, name)));
          return () => Promise.resolve();
        },
      },
    ],
  },
];

const putBack = (scene: Scene, member: string) =>
  scene.inside(
    member,
    `[ ! -d ${scene.data}.kept ] || { rm -rf ${scene.data}; mv ${scene.data}.kept ${scene.data}; }`,
  );

/** Stops all members, and takes their data and what etcd knows of the cluster aside. */
async function withoutCluster(scene: Scene): Promise<() => Promise<void>> {
  const { members, primary, faults, initialize, data } = scene;
  const system = await scene.etcdctl("get", "--print-value-only", initialize);
  await Promise.all(members.map((name) => faults.freezePatroni(name)));
  // The primary first: so the standbys get all that it has written.
  for (const name of [primary, ...members.filter((one) => one !== primary)])
    await scene.inside(name, `${scene.stopPostgres}\nmv ${data} ${data}.kept`);
  for (const key of [initialize, scene.leaderKey]) await scene.etcdctl("del", key);
  await Promise.all(members.map((name) => faults.killProcess(name)));
  return async () => {
    await scene.etcdctl("put", initialize, system);
    await Promise.all(members.map((name) => eventually(20, () => putBack(scene, name))));
    await faults.restart(members);
  };
}
