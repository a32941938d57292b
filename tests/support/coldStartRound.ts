import assert from "node:assert/strict";
import { lostOf, type MemberCluster, sleep } from "./memberCluster";
import type { Random } from "../../lab/random";

/** What became of a member's disk while everything was off. */
type Fate = "kept" | "lost" | "an older copy";

/** Who led before everything was off, and its synchronous standby if there was one. */
interface LastSeen {
  leader: string;
  standby: string | undefined;
}

const timeline =
  "SELECT coalesce((SELECT received_tli FROM pg_stat_wal_receiver), timeline_id) " +
  "FROM pg_control_checkpoint()";

/**
 * Rounds of trouble on one cluster. Each begins and ends with a cluster that is well, and has a start
 * in between at which nobody leads. What must survive is judged by the rows that were acknowledged.
 */
export class ColdStartRounds {
  private readonly acknowledged = new Set<number>();
  private readonly copied = new Set<string>();
  private next = 0;
  private told: string[] = [];

  constructor(
    private readonly cluster: MemberCluster,
    private readonly random: Random,
  ) {}

  /** Runs one round. Answers with what happened in it. */
  run(): string {
    this.told = [];
    try {
      const isSynchronous = this.random.chance(0.5);
      this.setMode(isSynchronous);
      const seen = this.trouble(isSynchronous);
      const isEtcdLost = this.random.chance(0.3);
      const fates = this.fates(seen);
      this.off(seen.leader);
      this.changeDisks(fates, isEtcdLost);
      this.startAgain(seen, fates, isEtcdLost);
      return this.told.join("; ");
    } catch (error) {
      throw new Error(`${this.told.join("; ")}: ${String(error)}\n${this.logs()}`, {
        cause: error,
      });
    }
  }

  private tell(what: string): void {
    this.told.push(what);
  }

  private logs(): string {
    return this.cluster.names.map((name) => this.cluster.log(name)).join("\n");
  }

  private write(member: string): void {
    const count = this.random.one([1, 20, 200]);
    for (const one of this.cluster.write(member, this.next, count)) this.acknowledged.add(one);
    this.next += count;
  }

  private setMode(isSynchronous: boolean): void {
    this.tell(isSynchronous ? "synchronous" : "asynchronous");
    this.cluster.configure({ synchronous_mode: isSynchronous });
    this.awaitStandby(isSynchronous);
  }

  /** Waits until the record of synchronous members says what the mode asks for. */
  private awaitStandby(isSynchronous: boolean, away?: string): string | undefined {
    let standby: string | undefined;
    this.cluster.sandbox.waitFor("etcd1", 30, () => {
      const sync = JSON.parse(this.cluster.key("sync") || "{}") as { sync_standby?: string | null };
      standby = sync.sync_standby ?? undefined;
      const isThere = standby !== undefined && standby !== "" && standby !== away;
      return isSynchronous === isThere;
    });
    return standby;
  }

  /**
   * Members go and come, and rows are written. Answers with who led last, and its synchronous
   * standby.
   */
  private trouble(isSynchronous: boolean): LastSeen {
    const { cluster, random } = this;
    let leader = cluster.awaitLeader();
    this.write(leader);
    const others = cluster.names.filter((name) => name !== leader);
    const away = random.chance(0.5) ? random.one(others) : undefined;
    if (away !== undefined) {
      this.tell(`${away} is away`);
      cluster.kill(away);
      cluster.copy(away, "keep");
      this.copied.add(away);
      // Until then Patroni lets nobody lead but those two.
      if (isSynchronous) this.awaitStandby(true, away);
      this.write(leader);
    }
    const event = random.one(["nothing", "switchover", "kill", "kill"]);
    if (event !== "nothing") {
      const former = leader;
      if (event === "switchover") cluster.switchover(leader);
      else {
        cluster.kill(leader);
        cluster.forgetLeader();
      }
      leader = cluster.awaitLeader();
      this.tell(`${event}: ${former} -> ${leader}`);
      // What asynchronous replication gave up then is not what a start is judged by.
      const held = cluster.rows(leader);
      const lost = lostOf(this.acknowledged, held);
      if (isSynchronous) assert.deepEqual(lost, [], "lost by a change of the leader");
      for (const one of lost) this.acknowledged.delete(one);
      if (event === "kill" && random.chance(0.5)) cluster.start(former);
    }
    const standby = isSynchronous && this.isStandbyThere(leader) ? this.awaitStandby(true) : "";
    this.write(leader);
    return { leader, standby: standby === "" ? undefined : standby };
  }

  private isStandbyThere(leader: string): boolean {
    return this.cluster.sql(leader, "SELECT count(*) FROM pg_stat_replication") !== "0";
  }

  /** What becomes of the disks, so that every acknowledged row stays on one that comes back. */
  private fates(of: LastSeen): Map<string, Fate> {
    const { random } = this;
    // With synchronous replication any one of the two will do.
    const keeper = of.standby !== undefined && random.chance(0.5) ? of.standby : of.leader;
    const fates = new Map<string, Fate>();
    for (const name of this.cluster.names) {
      const possible: Fate[] = ["kept", "kept", "lost"];
      if (this.copied.has(name)) possible.push("an older copy", "an older copy");
      fates.set(name, name === keeper ? "kept" : random.one(possible));
    }
    return fates;
  }

  private off(leader: string): void {
    const { cluster, random } = this;
    const others = random.shuffled(cluster.names.filter((name) => name !== leader));
    if (random.chance(0.5)) cluster.kill(...others, leader);
    else cluster.kill(leader, ...others);
  }

  private changeDisks(fates: Map<string, Fate>, isEtcdLost: boolean): void {
    const { cluster } = this;
    for (const [name, fate] of fates) {
      if (fate === "lost") cluster.lose(name);
      if (fate === "an older copy") cluster.copy(name, "restore");
      if (fate !== "kept") this.tell(`${name}: ${fate}`);
    }
    if (isEtcdLost) {
      this.tell("etcd is lost");
      cluster.lose("etcd1");
      cluster.startEtcd();
    } else cluster.forgetLeader();
  }

  private startAgain(
    { leader, standby }: LastSeen,
    fates: Map<string, Fate>,
    isEtcdLost: boolean,
  ): void {
    const { cluster, random } = this;
    const order = random.shuffled(cluster.names);
    const last = order.at(-1) ?? "";
    const isLeaderKept = fates.get(leader) === "kept";
    // One whose data does not matter may stay away for longer than anybody waits.
    const isLate = !isEtcdLost && last !== leader && isLeaderKept && random.chance(0.5);
    this.tell(`starts: ${order.join(", ")}${isLate ? ", the last one late" : ""}`);
    for (const name of order) {
      if (isLate && name === last) continue;
      sleep(random.one([0, 0, 1, 3]));
      if (name === last && name === leader && standby === undefined && isLeaderKept) {
        sleep(3);
        assert.deepEqual(this.primaries(), [], `somebody leads without ${leader}`);
      }
      cluster.start(name);
    }
    cluster.sandbox.waitFor("etcd1", 50, () => this.primaries().length === 1);
    const now = cluster.awaitLeader();
    this.tell(`${now} leads`);
    assert.deepEqual(lostOf(this.acknowledged, cluster.rows(now)), [], "rows are lost");
    if (isLate) cluster.start(last);
    this.awaitStreaming(order);
    assert.deepEqual(this.primaries(), [now]);
    const timelines = order.map((name) => cluster.sql(name, timeline));
    // The leader's own checkpoint may still be of the timeline before.
    const followed = new Set(timelines.filter((_, i) => order[i] !== now));
    assert.equal(followed.size, 1, `timelines: ${timelines.join(" ")}`);
    this.write(now);
  }

  /**
   * A copy from long ago may need WAL that no leader has kept: it streams once it is copied anew,
   * which an operator does.
   */
  private awaitStreaming(members: string[]): void {
    try {
      this.cluster.awaitStreaming(...members);
    } catch (error) {
      const lacking = members.filter((name) => this.cluster.lacksWal(name));
      if (lacking.length === 0) throw error;
      this.tell(`copied anew, for want of WAL: ${lacking.join(", ")}`);
      for (const name of lacking) this.cluster.copyAnew(name);
      this.cluster.awaitStreaming(...members);
    }
  }

  /** Members that take writes: there must never be two. */
  private primaries(): string[] {
    const query = "SELECT pg_is_in_recovery()";
    const found = this.cluster.names.filter((name) => this.cluster.sql(name, query) === "f");
    assert.ok(found.length < 2, `${found.join(" and ")} take writes`);
    return found;
  }
}
