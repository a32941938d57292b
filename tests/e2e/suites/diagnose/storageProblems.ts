import { paths } from "../../../../configs/cluster/paths";
import { megabytes, type Provocation } from "./provocation";
import type { Scene } from "./scene";

/** Problems of disks, data and etcd, and of a cluster that is not founded. */
export const storageProblems: Provocation[] = [
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

/** Also while the member's container starts again and again, and mostly does not run. */
const putBack = (scene: Scene, member: string) =>
  scene.environment.inFilesOf(
    member,
    `[ ! -d ${scene.data}.kept ] || { rm -rf ${scene.data}; mv ${scene.data}.kept ${scene.data}; }`,
    "",
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
    await Promise.all(members.map((name) => putBack(scene, name)));
    await faults.restart(members);
  };
}
