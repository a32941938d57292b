import { namesOf } from "../../configs/cluster/plan";
import type { Drill } from "../drill";
import type { Scenario } from "../scenario";
import { aims } from "./aims";

/** Faults of a standby must not affect writers. */
export const standbyScenarios: Scenario[] = [
  {
    id: "H1",
    title: "a standby's PostgreSQL killed",
    aim: aims.unnoticed,
    run: async (drill) => {
      const standby = firstStandby(drill);
      await drill.strike(`SIGKILL to PostgreSQL on ${standby}`, () =>
        drill.faults.killPostgres(standby),
      );
      await comesBack(drill, standby);
    },
  },
  {
    id: "H2",
    title: "a standby's Patroni stopped in good order",
    aim: aims.unnoticed,
    run: async (drill) => {
      const standby = firstStandby(drill);
      await drill.inject(`${standby} stopped`, () => drill.faults.stop(standby));
      await drill.expectWithin(
        10,
        `${standby}'s PostgreSQL stopped`,
        () => drill.watch.last(standby).state === "silent",
      );
      await drill.readsAgain(5);
    },
  },
  {
    id: "H3",
    title: "a standby's Patroni killed",
    aim: aims.unnoticed,
    run: async (drill) => {
      const standby = firstStandby(drill);
      await drill.strike(`SIGKILL to Patroni on ${standby}`, () =>
        drill.faults.killProcess(standby),
      );
      await comesBack(drill, standby);
    },
  },
  {
    id: "H4",
    title: "a standby isolated from etcd",
    aim: aims.unnoticed,
    run: async (drill) => {
      const standby = firstStandby(drill);
      const etcd = namesOf("etcd", drill.cluster.settings);
      await drill.inject(`${standby} isolated from etcd`, () =>
        drill.faults.lose(standby, etcd, "both"),
      );
      await drill.holdsFor(
        drill.leaseSeconds + 10,
        `${standby} goes on serving reads`,
        () => drill.watch.last(standby).state === "standby",
      );
    },
  },
  {
    id: "H5",
    title: "a standby promoted by hand, past Patroni",
    aim: aims.unnoticed,
    // That is the fault itself.
    letsFormerLeaderWrite: () => true,
    run: async (drill) => {
      const standby = firstStandby(drill);
      const { leader } = drill.watch;
      await drill.strike(`pg_promote() on ${standby}`, async () => {
        await drill.onMember(standby, "SELECT pg_promote()");
      });
      await drill.expectWithin(
        60,
        `${standby} streams again from ${leader}`,
        () =>
          drill.watch.last(standby).state === "standby" &&
          drill.watch.last(leader).streaming.includes(standby),
      );
    },
  },
];

const firstStandby = ({ watch }: Drill): string => {
  const [standby] = watch.standbys;
  if (standby === undefined) throw new Error("there is no standby");
  return standby;
};

const comesBack = (drill: Drill, standby: string) =>
  drill.expectWithin(60, `${standby} streams again`, () => drill.watch.isHealthy());
