import { paths } from "../configs/cluster/paths";
import { namesInReach, namesOf } from "../configs/cluster/plan";
import type { Settings } from "../configs/settings/schema";
import { etcdDataOf } from "../platforms/byPlatform";
import type { EtcdData } from "../platforms/etcdData";
import { type EtcdDisk, newestOf } from "../platforms/etcdDisk";
import type { Reach } from "../platforms/reach";

/**
 * The plan for rebuilding etcd's cluster after the loss of its majority. Nothing is changed until
 * {@link EtcdRebuild.permit}.
 */
export interface EtcdRebuild {
  /** What the members' disks hold. */
  disks: EtcdDisk[];
  /** The member that forms the cluster: the one with the newest data, or the first if there is none. */
  chosen: string;
  /** Whether that member has data. Without data etcd starts empty. */
  hasData: boolean;
  /** Members on hosts with `away: true`, whose disks were not read. */
  unseen: string[];
  /**
   * Permits the chosen member to form the cluster at its next start. If etcd starts empty, running
   * PostgreSQL members restart: Patroni's login to the former etcd would hang, and the new one
   * lacks what they wrote there. An update must follow, which restores everything.
   */
  permit: () => Promise<void>;
}

/**
 * Plans the rebuild of etcd's cluster.
 * @param stack the owning stack, `project/stack`
 * @throws {Error} if etcd has a quorum, a disk cannot be read, or the disks hold data of different
 * clusters
 */
export async function etcdRebuild(
  settings: Settings,
  stack: string,
  reach: Reach,
): Promise<EtcdRebuild> {
  const seen = namesInReach("etcd", settings);
  await assertNoQuorum(seen, reach);
  const data: EtcdData = etcdDataOf(settings, stack);
  const disks = await data.look();
  const clusters = new Set(disks.flatMap(({ cluster }) => cluster ?? []));
  if (clusters.size > 1) {
    throw new Error(
      `etcd's members hold data of different clusters (${[...clusters].join(", ")}); ` +
        "move away what does not belong to this one. Nothing was changed.",
    );
  }
  const newest = newestOf(disks);
  const chosen = newest?.service ?? seen[0];
  if (chosen === undefined)
    throw new Error("Every member of etcd is on a host that is set away. Nothing was changed.");
  return {
    disks,
    chosen,
    hasData: newest !== undefined,
    unseen: namesOf("etcd", settings).filter((name) => !seen.includes(name)),
    permit: async () => {
      await data.permitRebuild(chosen);
      if (newest !== undefined) return;
      const members = namesInReach("patroni", settings);
      await Promise.all(members.map((name) => reach.restart(name)));
    },
  };
}

async function assertNoQuorum(services: string[], reach: Reach): Promise<void> {
  const answers = await Promise.all(
    services.map((service) => reach.execute(service, [paths.etcdCtl, "endpoint", "health"])),
  );
  const healthy = services.find((_, i) => answers[i]?.status === 0);
  if (healthy !== undefined)
    throw new Error(`etcd has a quorum (${healthy} answers): nothing was changed.`);
}
