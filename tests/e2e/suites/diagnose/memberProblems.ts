import { megabytes, type Provocation } from "./provocation";

const startup = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'";
const endSenderTo = (standby: string) =>
  `SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = '${standby}'`;

/** Problems of members, and of what they replicate, archive and wait for. */
export const memberProblems: Provocation[] = [
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
    also: ["paused"],
    // Patroni resumes the replay in its next loop, unless it is paused.
    provoke: async (scene) => {
      await scene.patronictl(scene.primary, "pause", "--wait");
      await scene.sql(scene.standby, "SELECT pg_wal_replay_pause()");
      return async () => {
        await scene.sql(scene.standby, "SELECT pg_wal_replay_resume()");
        await scene.patronictl(scene.primary, "resume", "--wait");
      };
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
];
