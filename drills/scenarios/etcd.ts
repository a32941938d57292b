import { paths } from "../../configs/cluster/paths";
import { namesOf } from "../../configs/cluster/plan";
import { etcdStatusWords, leadingEndpoint } from "../../operations/etcdStatus";
import type { Drill } from "../drill";
import type { Scenario } from "../scenario";
import { aims } from "./aims";

/** etcd fails or is unreachable. */
export const etcdScenarios: Scenario[] = [
  {
    id: "H9-etcd",
    title: "the primary isolated from etcd, but not from the members",
    run: async (drill) => {
      const { leader } = drill.watch;
      const etcd = namesOf("etcd", drill.cluster.settings);
      await drill.inject(`${leader} isolated from etcd`, () =>
        drill.faults.lose(leader, etcd, "both"),
      );
      await drill.holdsFor(
        drill.leaseSeconds + 15,
        "one member leads, or none for a moment",
        () => drill.watch.writable.length <= 1,
      );
    },
  },
  {
    id: "H9-alone",
    title: "the primary isolated from etcd and from the members",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      const others = parties(drill);
      await drill.inject(`${leader} isolated from etcd and the members`, () =>
        drill.faults.lose(leader, others, "both"),
      );
      await drill.expectWithin(
        drill.leaseSeconds,
        `${leader} takes no write any more`,
        () => !drill.watch.writable.includes(leader),
      );
      await drill.anotherLeads(leader, drill.leaseSeconds + 15);
    },
  },
  {
    id: "H9-one-way",
    title: "the primary's packets to etcd and the members lost, theirs to it not",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      const others = parties(drill);
      await drill.inject(`${leader}'s packets to etcd and the members lost`, () =>
        drill.faults.lose(leader, others, "out"),
      );
      await drill.anotherLeads(leader, drill.leaseSeconds + 20);
    },
  },
  {
    id: "H9-lossy",
    title: "a fifth of the primary's packets lost",
    run: async (drill) => {
      const { leader } = drill.watch;
      const others = parties(drill);
      await drill.inject(`20 % of the packets between ${leader} and all others lost`, () =>
        drill.faults.lose(leader, others, "both", 0.2),
      );
      await drill.holdsFor(30, "at most one member leads", () => drill.watch.writable.length <= 1);
    },
  },
  {
    id: "H10-quorum",
    title: "etcd without a quorum",
    run: async (drill) => {
      const etcd = namesOf("etcd", drill.cluster.settings);
      const { leader } = drill.watch;
      const most = etcd.slice(0, Math.floor(etcd.length / 2) + 1);
      for (const member of most) {
        await drill.inject(`${member} killed`, () => drill.faults.kill(member));
      }
      if (drill.cluster.settings.patroni.failsafeMode) {
        await drill.holdsFor(drill.leaseSeconds + 15, `${leader} goes on taking writes`, () =>
          drill.watch.writable.includes(leader),
        );
      } else {
        await drill.holdsFor(
          drill.leaseSeconds + 15,
          "at most one member leads",
          () => drill.watch.writable.length <= 1,
        );
      }
    },
  },
  {
    id: "H10-leader",
    title: "etcd's leader killed",
    aim: aims.unnoticed,
    run: async (drill) => loseEtcdMember(drill, await etcdLeader(drill), ", which leads etcd"),
  },
  {
    id: "H10-follower",
    title: "a member of etcd killed that does not lead",
    aim: aims.unnoticed,
    run: async (drill) => {
      const leader = await etcdLeader(drill);
      const etcd = namesOf("etcd", drill.cluster.settings);
      const follower = etcd.find((member) => member !== leader) ?? leader;
      await loseEtcdMember(drill, follower, "");
    },
  },
];

/** Everything that a leader must reach to lead: etcd, and the standbys. */
const parties = ({ cluster, watch }: Drill): string[] => [
  ...namesOf("etcd", cluster.settings),
  ...watch.standbys,
];

/** An etcd member is killed, and no client may notice. */
async function loseEtcdMember(drill: Drill, lost: string, what: string): Promise<void> {
  await drill.inject(`${lost} killed${what}`, () => drill.faults.kill(lost));
  await drill.holdsFor(15, "one member leads", () => drill.watch.writable.length === 1);
}

/** etcd's leader, as etcd reports it. */
export async function etcdLeader({ cluster }: Drill): Promise<string> {
  const etcd = namesOf("etcd", cluster.settings);
  const [first = ""] = etcd;
  const words = [paths.etcdCtl, ...etcdStatusWords];
  const { output } = await cluster.reach.execute(first, words);
  const leading = leadingEndpoint(output);
  const names = await Promise.all(
    etcd.map(async (name) => ({ name, address: await cluster.faults.addressOf(name) })),
  );
  const found = names.find(
    ({ name, address }) =>
      leading?.includes(`//${name}:`) === true || leading?.includes(`//${address}:`) === true,
  );
  if (found === undefined) throw new Error(`who leads etcd? ${output}`);
  return found.name;
}
