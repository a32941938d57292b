import { paths } from "../../configs/cluster/paths";
import { namesOf } from "../../configs/cluster/plan";
import { ports } from "../../configs/cluster/ports";
import type { ClusterMember } from "../../operations/clusterView";
import { etcdStatusWords, isHealthy } from "../../operations/etcdStatus";
import type { DrillCluster } from "../cluster";
import { type MemberSample, MemberWatch } from "./memberWatch";

/** The states of all members of a cluster, from their own reports. */
export class ClusterWatch {
  private readonly members: string[];
  private readonly watches: MemberWatch[];

  /** Starts to watch. @param database that has the table `accepted` */
  constructor(
    private readonly cluster: Pick<DrillCluster, "settings" | "reach" | "watchedBy">,
    database: string,
  ) {
    const { settings, watchedBy } = cluster;
    this.members = namesOf("patroni", settings);
    this.watches = this.members.map((member) => new MemberWatch(member, watchedBy, database));
  }

  /** The members that accept writes at this moment. */
  get writable(): string[] {
    return this.members.filter((member) => this.last(member).state === "writable");
  }

  /**
   * The member that accepts writes.
   * @throws {Error} if there is not exactly one
   */
  get leader(): string {
    const [leader, ...others] = this.writable;
    if (leader === undefined || others.length > 0) {
      throw new Error(`who leads? ${[leader, ...others].join(" and ") || "nobody"}`);
    }
    return leader;
  }

  /** The members that do not lead, in order. */
  get standbys(): string[] {
    const { leader } = this;
    return this.members.filter((member) => member !== leader);
  }

  /** A member's state at this moment. */
  last(member: string): MemberSample {
    const watch = this.watches.find((one) => one.member === member);
    if (watch === undefined) throw new Error(`there is no member ${member}`);
    return watch.last;
  }

  /**
   * Whether the cluster is ready for another fault: one member accepts writes, all others stream
   * from it, Patroni reports the same, and every etcd member takes part.
   */
  async isHealthy(): Promise<boolean> {
    const [leader, ...others] = this.writable;
    if (leader === undefined || others.length > 0) return false;
    const { streaming } = this.last(leader);
    const isFollowed = this.members.every(
      (member) =>
        member === leader || (this.last(member).state === "standby" && streaming.includes(member)),
    );
    return isFollowed && (await this.patroniAgrees(leader)) && (await this.isEtcdHealthy());
  }

  /** Each member's states over a period. */
  samples(from: number, to: number): { member: string; samples: MemberSample[] }[] {
    return this.watches.map(({ member, samples }) => ({
      member,
      samples: samples.filter(({ at }) => at >= from && at <= to),
    }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.stop()));
  }

  private async patroniAgrees(leader: string): Promise<boolean> {
    const url = `https://localhost:${ports.patroni}/cluster`;
    const curl = ["curl", "-sfm", "2", "--cacert", paths.caOf(paths.patroniConfig), url];
    const { status, output } = await this.cluster.reach.execute(leader, curl);
    if (status !== 0) return false;
    const { members } = JSON.parse(output) as { members: ClusterMember[] };
    return this.members.every((name) => {
      const member = members.find((one) => one.name === name);
      return name === leader ? member?.role === "leader" : member?.state === "streaming";
    });
  }

  private async isEtcdHealthy(): Promise<boolean> {
    const { settings, reach } = this.cluster;
    const etcd = namesOf("etcd", settings);
    const [first = ""] = etcd;
    const { status, output } = await reach.execute(first, [paths.etcdCtl, ...etcdStatusWords]);
    return status === 0 && isHealthy(output, etcd.length);
  }
}
