import { namesOf, planOf } from "../../configs/cluster/plan";
import type { Scenario } from "../scenario";
import { aims } from "./aims";
import { etcdLeader } from "./etcd";

/** Whole machines fail: on Docker a member's container, otherwise its host with all services. */
export const machineScenarios: Scenario[] = [
  {
    id: "H12-killed",
    title: "the primary's machine dead",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`${leader}'s machine killed`, () => drill.faults.killMachine(leader));
      await drill.anotherLeads(leader, drill.leaseSeconds + 15);
      await drill.writesAgain(30);
    },
  },
  {
    id: "H12-paused",
    title: "the primary's machine paused for longer than its lease, then resumed",
    aim: aims.leaseLost,
    // PostgreSQL may resume before anything else on the machine. Clients of HAProxy are safe, and
    // so are all clients if a standby must confirm commits.
    letsFormerLeaderWrite: ({ settings }) => settings.patroni.synchronousMode === "off",
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`${leader}'s machine paused`, () => drill.faults.pauseMachine(leader));
      await drill.anotherLeads(leader, drill.leaseSeconds + 15);
      await drill.writesAgain(30);
      await drill.settle(5);
      await drill.undo();
      await drill.expectWithin(
        60,
        `${leader} is a standby`,
        () => drill.watch.last(leader).state === "standby",
      );
    },
  },
  {
    id: "H12-cut-off",
    title: "the primary's machine isolated from the network",
    aim: aims.leaseLost,
    run: async (drill) => {
      const { leader } = drill.watch;
      await drill.inject(`${leader}'s machine isolated`, () => drill.faults.isolate(leader));
      await drill.anotherLeads(leader, drill.leaseSeconds + 15);
      await drill.writesAgain(30);
      await drill.settle(5);
    },
  },
  {
    id: "H12-standby",
    title: "a standby's machine dead",
    run: async (drill) => {
      const [standby = ""] = drill.watch.standbys;
      await drill.inject(`${standby}'s machine killed`, () => drill.faults.killMachine(standby));
      await drill.settle(drill.leaseSeconds + 5);
    },
  },
  {
    id: "H12-two",
    title: "two faults at once: the primary killed, and etcd's leader",
    run: async (drill) => {
      const { leader } = drill.watch;
      const leading = await etcdLeader(drill);
      // Not their machines: on hosts two of etcd's three members would be lost, and there could be
      // no leader.
      await drill.inject(`${leading} killed, which leads etcd`, () => drill.faults.kill(leading));
      await drill.inject(`${leader} killed`, () => drill.faults.kill(leader));
      await drill.anotherLeads(leader, drill.leaseSeconds + 30);
      await drill.writesAgain(30);
    },
  },
  {
    id: "H12-each",
    title: "each new primary killed as soon as it leads",
    run: async (drill) => {
      const members = namesOf("patroni", drill.cluster.settings).length;
      for (let time = 0; time < members - 1; time++) {
        const { leader } = drill.watch;
        await drill.inject(`${leader} killed`, () => drill.faults.kill(leader));
        await drill.anotherLeads(leader, drill.leaseSeconds + 30);
      }
    },
  },
  {
    id: "H12-behind",
    title: "a standby has to lead that has not followed the last leader",
    obstacle: ({ settings }) =>
      settings.patroni.synchronousMode === "off"
        ? undefined
        : "such a standby leads with asynchronous replication only",
    run: async (drill) => {
      const { leader, standbys } = drill.watch;
      const [one = "", other = ""] = standbys;
      const meet = await drill.inject(`${one} and ${other} isolated from each other`, () =>
        drill.faults.lose(one, [other], "both"),
      );
      await drill.inject(`${leader} stopped in good order`, () => drill.faults.stop(leader));
      await drill.anotherLeads(leader, drill.leaseSeconds);
      await drill.writesAgain(30);
      const next = drill.watch.leader;
      const behind = next === one ? other : one;
      await drill.inject(`${next} killed`, () => drill.faults.kill(next));
      await meet();
      await drill.expectWithin(drill.leaseSeconds + 15, `${behind} leads`, () =>
        drill.watch.writable.includes(behind),
      );
      await drill.writesAgain(30);
    },
  },
  {
    id: "H12-all",
    title: "everything restarted at once",
    run: async (drill) => {
      const placed = planOf(drill.cluster.settings).filter(({ kind }) => kind !== "keepalived");
      await drill.strike("every service restarted", () =>
        drill.faults.restart(placed.map(({ name }) => name)),
      );
      await drill.writesAgain(120);
    },
  },
];
