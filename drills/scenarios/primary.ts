import type { Scenario } from "../scenario";
import { aims } from "./aims";

/** Parts of the primary fail, and its machine keeps running. */
export const primaryScenarios: Scenario[] = [
  {
    id: "H6-killed",
    title: "the primary's PostgreSQL killed",
    aim: aims.postgresKilled,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.strike(`SIGKILL to PostgreSQL on ${leader}`, () =>
        drill.faults.killPostgres(leader),
      );
      await drill.writesAgain(60);
    },
  },
  {
    id: "H6-repeated",
    title: "the primary's PostgreSQL killed three times in a row",
    run: async (drill) => {
      for (let time = 0; time < 3; time++) {
        const { leader } = drill.watch;
        await drill.strike(`SIGKILL to PostgreSQL on ${leader}`, () =>
          drill.faults.killPostgres(leader),
        );
        await drill.expectWithin(
          10,
          `${leader} is down`,
          () => drill.watch.last(leader).state === "silent",
        );
        await drill.expectWithin(60, "one member leads", () => drill.watch.writable.length === 1);
      }
    },
  },
  {
    id: "H6-hung",
    title: "the primary's PostgreSQL hangs (SIGSTOP)",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`SIGSTOP to PostgreSQL on ${leader}`, () =>
        drill.faults.freezePostgres(leader),
      );
      await drill.writesAgain(drill.leaseSeconds + 15);
    },
  },
  {
    id: "H7",
    title: "the primary's Patroni stopped in good order",
    aim: aims.cleanStop,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`${leader} stopped`, () => drill.faults.stop(leader));
      await drill.anotherLeads(leader, 15);
      await drill.writesAgain(15);
    },
  },
  {
    id: "H8-killed",
    title: "the primary's Patroni killed",
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.strike(`SIGKILL to Patroni on ${leader}`, () => drill.faults.killProcess(leader));
      await drill.writesAgain(60);
    },
  },
  {
    id: "H8-hung",
    title: "the primary's Patroni hangs (SIGSTOP)",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`SIGSTOP to Patroni on ${leader}`, () =>
        drill.faults.freezePatroni(leader),
      );
      await drill.writesAgain(drill.leaseSeconds + 15);
    },
  },
];
